//! The last posts of a plaza: for newcomers as far as the operator allows it, and for the operator. In memory, and nowhere else.

use std::collections::VecDeque;

use acaso_shared::codec::Encoded;
use acaso_shared::protocol::plaza::{PlazaEvent, Post, PostNumber};

use crate::config::HISTORY_MAX;

/// The last posts, as they were told.
#[derive(Debug)]
pub(super) struct History {
    /// How many of them newcomers are shown.
    shown: usize,
    posts: VecDeque<(PostNumber, Encoded<PlazaEvent>)>,
    newest: Option<PostNumber>,
    before_first: u64,
}

impl History {
    /// Empty, of which newcomers will be shown so many. The first post comes after that number.
    pub(super) fn new(shown: u32, before_first: u64) -> Self {
        Self {
            shown: shown as usize,
            posts: VecDeque::new(),
            newest: None,
            before_first,
        }
    }

    /// The newest post.
    pub(super) fn newest(&self) -> Option<PostNumber> {
        self.newest
    }

    /// The number of the next post.
    pub(super) fn next(&self) -> PostNumber {
        PostNumber(self.newest.map_or(self.before_first, |newest| newest.0) + 1)
    }

    /// A post was told to everybody.
    pub(super) fn keep(&mut self, number: PostNumber, said: Encoded<PlazaEvent>) {
        if self.posts.len() >= HISTORY_MAX as usize {
            self.posts.pop_front();
        }
        self.posts.push_back((number, said));
        self.newest = Some(number);
    }

    /// What a newcomer is shown who saw that post. One from the future is of a run of the server whose clock was ahead.
    pub(super) fn shown(&self, seen: Option<PostNumber>) -> impl Iterator<Item = &Encoded<PlazaEvent>> {
        let seen = seen.filter(|seen| Some(*seen) <= self.newest);
        let hidden = self.posts.len().saturating_sub(self.shown);
        let shown = self.posts.iter().skip(hidden);
        let later = move |number: PostNumber| seen.is_none_or(|seen| number > seen);
        shown
            .filter(move |(number, _)| later(*number))
            .map(|(_, said)| said)
    }

    /// The posts after that one, as far as they are kept: for the operator.
    pub(super) fn after(&self, after: Option<PostNumber>) -> Vec<Post> {
        let later = self.posts.iter().filter(|(number, _)| Some(*number) > after);
        later
            .filter_map(|(_, said)| match said.message() {
                PlazaEvent::Post(post) => Some(post),
                _ => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use acaso_shared::ids::{Name, PostText};
    use acaso_shared::protocol::plaza::{Member, MemberNumber};

    use super::*;

    fn with_posts(shown: u32, posts: u64) -> History {
        let mut history = History::new(shown, 0);
        for _ in 0..posts {
            let number = history.next();
            let post = Post {
                number,
                author: Member {
                    number: MemberNumber(7),
                    name: Name::anonymous(),
                },
                subject: None,
                text: PostText::parse("hello").unwrap(),
                unix_secs: 0,
            };
            history.keep(number, Encoded::of(&PlazaEvent::Post(post)));
        }
        history
    }

    fn shown(history: &History, seen: Option<u64>) -> Vec<u64> {
        let shown = history.shown(seen.map(PostNumber));
        shown
            .map(|said| match said.message() {
                PlazaEvent::Post(post) => post.number.0,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn newcomers_are_shown_as_many_as_the_operator_allows_and_no_more() {
        assert_eq!(shown(&with_posts(0, 9), None), Vec::<u64>::new());
        assert_eq!(shown(&with_posts(3, 9), None), [7, 8, 9]);
        assert_eq!(shown(&with_posts(3, 2), None), [1, 2]);
        assert_eq!(shown(&with_posts(50, 60), None).len(), 50);
    }

    #[test]
    fn who_was_cut_off_is_shown_only_what_they_missed() {
        let history = with_posts(5, 9);
        assert_eq!(shown(&history, Some(8)), [9]);
        assert_eq!(shown(&history, Some(2)), [5, 6, 7, 8, 9]);
        assert_eq!(shown(&history, Some(9)), Vec::<u64>::new());
        assert_eq!(shown(&history, Some(100)), [5, 6, 7, 8, 9], "from the future");
    }

    #[test]
    fn who_saw_posts_of_an_earlier_run_is_shown_all_of_this_one() {
        let mut history = History::new(50, 1_000_000);
        assert_eq!(history.next(), PostNumber(1_000_001));
        history.newest = Some(history.next());
        assert_eq!(history.next(), PostNumber(1_000_002));
        assert_eq!(shown(&with_posts(5, 9), Some(0)), [5, 6, 7, 8, 9]);
    }

    #[test]
    fn the_operator_sees_the_last_fifty_whatever_newcomers_are_shown() {
        let history = with_posts(0, 60);
        let numbers = |after| {
            history
                .after(after)
                .iter()
                .map(|post| post.number.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(numbers(None), (11..=60).collect::<Vec<_>>());
        assert_eq!(numbers(Some(PostNumber(58))), [59, 60]);
    }
}
