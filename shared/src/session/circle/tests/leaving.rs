//! How a visit ends by one's own wish, and what the others hear of it.

use std::time::Duration;

use super::lobby::{Lobby, Manners};
use super::member::{Member, circle, gathered, timings};
use crate::limits::{MESSAGE_BURST, OUTBOX_MESSAGES_MAX, QUEUE_LEN};
use crate::session::Timings;
use crate::session::circle::{CircleNews, NotSaid};
use crate::session::event::MessageId;

#[tokio::test]
async fn who_leaves_has_left_and_nobody_hears_what_is_said_alone() {
    let lobby = Lobby::open(Manners::default());
    let mut members = gathered(&lobby, &["Ana", "Bia"]).await;
    let bia = members.pop().unwrap();
    let mut ana = members.pop().unwrap();
    let member = ana.number_of("Bia");
    bia.leave().await;
    let went = ana
        .until(|news| match news {
            CircleNews::Went { member, left } => Some((*member, *left)),
            _ => None,
        })
        .await;
    assert_eq!(went, (member, true));
    ana.say(7, "alone").await;
    let reason = ana
        .until(|news| match news {
            CircleNews::NotSaid { id, reason, text } => Some((*id, *reason, text.as_str().to_owned())),
            _ => None,
        })
        .await;
    assert_eq!(reason, (MessageId(7), NotSaid::Nobody, "alone".to_owned()));
}

#[tokio::test]
async fn who_takes_no_news_can_leave_all_the_same() {
    let lobby = Lobby::open(Manners::default());
    let mut ana = Member::enter(&lobby, "Ana", circle());
    let slow = Timings {
        message_every: Duration::from_secs(3600),
        ..timings()
    };
    let mut bia = Member::enter_in(lobby.address, "Bia", circle(), slow);
    ana.came_in(1).await;
    bia.came_in(1).await;
    let member = ana.number_of("Bia");
    // Of these more come back at once than she is told without taking it.
    let all = OUTBOX_MESSAGES_MAX + QUEUE_LEN + 2 + usize::try_from(MESSAGE_BURST).unwrap();
    for id in 0..all {
        bia.say(u64::try_from(id).unwrap(), "and another thing").await;
    }
    bia.leave().await;
    let left = CircleNews::Went { member, left: true };
    ana.until(|news| (*news == left).then_some(())).await;
}

/// Somebody has said that many texts more than go at once, takes no news, and leaves.
async fn leaves_unheard(texts: usize, leave: impl AsyncFnOnce(Member)) {
    let lobby = Lobby::open(Manners::default());
    let _ana = Member::enter(&lobby, "Ana", circle());
    let slow = Timings {
        message_every: Duration::from_secs(3600),
        ..timings()
    };
    let mut bia = Member::enter_in(lobby.address, "Bia", circle(), slow);
    bia.came_in(1).await;
    for id in 0..texts + usize::try_from(MESSAGE_BURST).unwrap() {
        bia.say(u64::try_from(id).unwrap(), "and another thing").await;
    }
    leave(bia).await;
}

#[tokio::test]
async fn the_visit_of_who_leaves_and_takes_no_news_ends() {
    // More than may wait come back before they leave; or all of it because they leave.
    for texts in [OUTBOX_MESSAGES_MAX + QUEUE_LEN + 2, QUEUE_LEN + 1] {
        leaves_unheard(texts, Member::ends_after_leave).await;
        leaves_unheard(texts, Member::ends_after_letting_go).await;
    }
}
