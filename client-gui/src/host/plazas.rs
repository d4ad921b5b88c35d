//! What a host sees of the plazas of a server. Anybody there may write long posts, and many; each is fetched once and cut to what is
//! shown, so that none of them burdens the host's window.

use std::collections::HashMap;

use acaso_server::Server;
use acaso_shared::ids::PlazaName;
use acaso_shared::protocol::plaza::{PlazaFacts, Post, PostNumber};

use crate::hosting::{MEMBERS_NAMED, POSTS_SHOWN, PlazaSeen, PostSeen};

/// As much of a post as its host is shown, in bytes.
const SHOWN_BYTES: usize = 2048;

/// The same in lines.
const SHOWN_LINES: usize = 8;

/// The posts seen so far, of each plaza of one server.
#[derive(Default)]
pub(super) struct Plazas(HashMap<PlazaName, Posts>);

#[derive(Default)]
struct Posts {
    newest: Option<PostNumber>,
    /// The last of them, the latest last.
    shown: Vec<PostSeen>,
}

impl Plazas {
    /// Looks into all plazas of that server, always the same one.
    pub(super) async fn look(&mut self, server: &Server) -> Vec<PlazaSeen> {
        let mut seen = Vec::new();
        for facts in server.plazas() {
            seen.push(self.look_into(server, facts).await);
        }
        seen
    }

    async fn look_into(&mut self, server: &Server, facts: PlazaFacts) -> PlazaSeen {
        let name = facts.name.to_string();
        let known = self.0.entry(facts.name.clone()).or_default();
        let look = server.plaza(&facts.name, known.newest).await;
        let (members, posts) = look.map_or_else(Default::default, |look| (look.members, look.posts));
        known.add(posts);
        let members = members.into_iter().take(MEMBERS_NAMED);
        PlazaSeen {
            name,
            people: facts.people,
            members: members.map(|member| member.name).collect(),
            posts: known.shown.clone(),
        }
    }
}

impl Posts {
    fn add(&mut self, posts: Vec<Post>) {
        self.newest = posts.last().map(|post| post.number).or(self.newest);
        self.shown.extend(posts.into_iter().map(shown));
        let past = self.shown.len().saturating_sub(POSTS_SHOWN);
        self.shown.drain(..past);
    }
}

fn shown(post: Post) -> PostSeen {
    let subject = post.subject.map(|subject| format!("{}: ", subject.as_str()));
    let text = subject.unwrap_or_default() + post.text.as_str();
    PostSeen {
        unix_secs: post.unix_secs,
        name: post.author.name,
        text: cut(&text),
    }
}

/// The beginning of a text, with a sign where there is more.
fn cut(text: &str) -> String {
    let lines = text.split_inclusive('\n').take(SHOWN_LINES).map(str::len).sum();
    let end = text.floor_char_boundary(SHOWN_BYTES.min(lines));
    let beginning = &text[..end];
    match end < text.len() {
        true => format!("{}…", beginning.trim_end()),
        false => beginning.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use acaso_shared::ids::{Name, PostText};
    use acaso_shared::protocol::plaza::{Member, MemberNumber};

    use super::*;

    fn post(number: u64, text: &str) -> Post {
        Post {
            number: PostNumber(number),
            author: Member {
                number: MemberNumber(1),
                name: Name::parse("Bia").unwrap(),
            },
            subject: None,
            text: PostText::parse(text).unwrap(),
            unix_secs: number,
        }
    }

    #[test]
    fn a_long_post_is_cut_between_two_characters() {
        assert_eq!(cut("oi\nBia"), "oi\nBia");
        let long = cut(&"é".repeat(30_000));
        assert_eq!(long, format!("{}…", "é".repeat(SHOWN_BYTES / 2)));
        let odd = cut(&format!("x{}", "é".repeat(30_000)));
        assert_eq!(odd.len(), SHOWN_BYTES - 1 + "…".len());
        let high = cut(&"a\n".repeat(30_000));
        assert_eq!(high, format!("{}a…", "a\n".repeat(SHOWN_LINES - 1)));
        let fits = "a\n".repeat(SHOWN_LINES - 1) + "a";
        assert_eq!(cut(&fits), fits);
    }

    #[test]
    fn what_is_new_joins_what_was_seen_and_the_oldest_goes() {
        let mut posts = Posts::default();
        posts.add(vec![post(7, "oi"), post(8, &"x".repeat(50_000))]);
        posts.add(Vec::new());
        assert_eq!(posts.newest, Some(PostNumber(8)));
        assert!(
            posts
                .shown
                .iter()
                .all(|post| post.text.len() <= SHOWN_BYTES + "…".len())
        );
        posts.add((9..=30).map(|number| post(number, "oi")).collect());
        let times: Vec<_> = posts.shown.iter().map(|post| post.unix_secs).collect();
        assert_eq!(times, (11..=30).collect::<Vec<_>>());
        assert_eq!(posts.newest, Some(PostNumber(30)));
    }
}
