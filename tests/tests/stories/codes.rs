//! Two who know each other look for each other with a code, told with whole clients: they meet, and nobody else comes between. Whoever has
//! other words, be it the server itself, had one try, and both are told.

use std::time::Duration;

use acaso_shared::ids::{Code, RendezvousNumber, VisitorToken};
use acaso_shared::protocol::Refusal;
use acaso_shared::protocol::lobby::{LobbyReply, Rendezvous};
use acaso_shared::protocol::room::{Closing, Parting};
use acaso_shared::sealed::Opened;
use acaso_shared::session::{Ending, Problem, Way};
use acaso_tests::guest::Seat;
use acaso_tests::house::{House, Setup, story};
use acaso_tests::stranger::{Errand, Stranger};
use acaso_tests::voice::Voice;
use anyhow::{Result, bail, ensure};

/// Few enough for a network to listen at every door.
const ROOMS: std::ops::RangeInclusive<u16> = 2000..=2003;

/// Short enough for a story that waits for it, long enough for what is to happen before on a busy computer.
const SHORT: Duration = Duration::from_millis(2500);

/// Silence after which a link is dead: short, for the stories that wait for it, and longer than anybody is kept from speaking by a busy computer.
const DEAD_AFTER: Duration = Duration::from_secs(2);

/// Between attempts to come back.
const PAUSE: Duration = Duration::from_millis(20);

/// Guesses of somebody who runs the server; each is one invitation.
const GUESSES: usize = 3;

/// How often a number of nine is drawn until it is a given one: not once in 10^10 stories.
const DRAWS_MAX: usize = 200;

const SPENT: Problem = Problem::WrongCode { spent: true };

#[tokio::test]
async fn with_the_same_code_two_meet_talk_and_go_home() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, code) = ana_invites(house).await?;
        let mut bia = house.arrives_to(Way::Code(code.clone()), "Bia").await?;
        let (hers, his) = (bia.meets("Ana").await?, ana.meets("Bia").await?);
        ensure!(
            hers.had_code && his.had_code && hers.phrase == his.phrase,
            "by chance"
        );
        ana.says("is it you?").await?;
        bia.hears("is it you?").await?;
        bia.says("it is").await?;
        ana.hears("it is").await?;

        // The code was good for these two, once.
        let mut cleo = house.arrives_to(Way::Code(code.clone()), "Cleo").await?;
        ensure!(
            cleo.meets_nobody().await? == Problem::NoSuchInvitation,
            "the code was good twice"
        );
        bia.leaves().await?;
        is_left(&mut ana, Parting::Left).await?;
        bia.looks_for(Way::Code(code)).await?;
        ensure!(
            bia.meets_nobody().await? == Problem::CodeSpent,
            "the code was good again"
        );
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn with_other_words_both_are_told_and_the_code_is_spent() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, code) = ana_invites(house).await?;
        let mut bia = house.arrives_to(Way::Code(other_than(&code)), "Bia").await?;
        let (hers, his) = (bia.meets_nobody().await?, ana.meets_nobody().await?);
        ensure!((&hers, &his) == (&SPENT, &SPENT), "told: {hers:?}, {his:?}");
        let mut cleo = house.arrives_to(Way::Code(code), "Cleo").await?;
        ensure!(
            cleo.meets_nobody().await? == Problem::NoSuchInvitation,
            "the code was good twice"
        );
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn a_code_for_which_nobody_came_is_void() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.invitation = SHORT);
    story(short, async |house| {
        let (mut ana, code) = ana_invites(house).await?;
        let ending = ana.ends().await?;
        ensure!(ending == Ending::Closing(Closing::NobodyCame), "{ending:?}");
        let mut bia = house.arrives_to(Way::Code(code), "Bia").await?;
        ensure!(
            bia.meets_nobody().await? == Problem::NoSuchInvitation,
            "it was good"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_loses_the_link_while_waiting_reads_out_the_same_code() -> Result<()> {
    story(impatient(), async |house| {
        let network = house.network().await?;
        let mut ana = house
            .arrives_as(network.lobby(), "Ana", |errand| restless(errand).to(Way::Invite))
            .await?;
        let code = ana.invites().await?;
        for _ in 0..2 {
            network.shuts();
            ana.tries_again().await?;
            network.opens();
            ana.invites_again(&code).await?;
        }
        let mut bia = house.arrives_to(Way::Code(code), "Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        ana.leaves().await?;
        is_left(&mut bia, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn whoever_runs_the_server_has_one_guess_at_each_end_and_both_are_told() -> Result<()> {
    story(Setup::default(), async |house| {
        for _ in 0..GUESSES {
            let (mut ana, code) = ana_invites(house).await?;
            // They know the number, and nothing else. To Ana they are the one she waits for.
            let seat = house.directions().comes_to(code.number()).await?.enters().await?;
            guesses_wrong(seat, &other_than(&code)).await?;
            let told = ana.meets_nobody().await?;
            ensure!(told == SPENT, "she is told {told:?}");
            // And to Bia the one who waits.
            let seat = opens_at(house, code.number()).await?;
            let mut bia = house.arrives_to(Way::Code(code.clone()), "Bia").await?;
            guesses_wrong(seat, &other_than(&code)).await?;
            let told = bia.meets_nobody().await?;
            ensure!(told == SPENT, "she is told {told:?}");
            // Neither of the two makes another try with it, whatever the server says.
            let seat = opens_at(house, code.number()).await?;
            for client in [&mut ana, &mut bia] {
                client.looks_for(Way::Code(code.clone())).await?;
                let told = client.meets_nobody().await?;
                ensure!(told == Problem::CodeSpent, "another try: {told:?}");
            }
            seat.leaves().await?;
        }
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn whoever_runs_the_server_and_guesses_right_is_the_partner_and_no_other_end_is_left() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, code) = ana_invites(house).await?;
        let seat = house.directions().comes_to(code.number()).await?.enters().await?;
        let (mut voice, _) = Voice::begins_with(seat, &code).await?;
        voice.introduces("Bia").await?;
        ensure!(ana.meets("Bia").await?.had_code, "she met somebody by chance");
        let mut bia = house.arrives_to(Way::Code(code), "Bia").await?;
        ensure!(
            bia.meets_nobody().await? == Problem::NoSuchInvitation,
            "there are two of them"
        );
        voice.leaves().await?;
        is_left(&mut ana, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn whoever_vanishes_while_the_words_are_compared_has_spent_the_code() -> Result<()> {
    let short = Setup::default().timings(|timings| timings.sealed_handshake = SHORT);
    story(short, async |house| {
        let (mut ana, code) = ana_invites(house).await?;
        let seat = house.directions().comes_to(code.number()).await?.enters().await?;
        let (mut voice, _) = Voice::begins_with(seat, &code).await?;
        // Her part came, and nobody answers it.
        voice.hears_envelope().await?;
        drop(voice);
        let told = ana.meets_nobody().await?;
        ensure!(told == Problem::CodeSpent, "she is told {told:?}");
        let mut bia = house.arrives_to(Way::Code(code), "Bia").await?;
        ensure!(
            bia.meets_nobody().await? == Problem::NoSuchInvitation,
            "the code was good twice"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn whoever_guesses_wrong_and_cuts_the_link_is_told_of_and_counted_all_the_same() -> Result<()> {
    let once = Setup::default()
        .timings(|timings| timings.sealed_handshake = SHORT)
        .limits(|limits| limits.wrong_codes = 1);
    story(once, async |house| {
        let (mut ana, code) = ana_invites(house).await?;
        let seat = house.directions().comes_to(code.number()).await?.enters().await?;
        let (mut voice, _) = Voice::begins_with(seat, &other_than(&code)).await?;
        let Opened::Compared(answer) = voice.hears_envelope().await? else {
            bail!("she does not begin");
        };
        voice.sends(&answer).await?;
        // What comes now shows it, to nobody but the one who looks.
        ensure!(voice.hears_envelope().await.is_err(), "the guess was right");
        drop(voice);
        let told = ana.meets_nobody().await?;
        ensure!(told == Problem::CodeSpent, "she is told {told:?}");
        ana.looks_for(Way::Code(code)).await?;
        ensure!(
            ana.meets_nobody().await? == Problem::CodeSpent,
            "the code was good twice"
        );
        ana.looks_for(Way::Invite).await?;
        let next = Rendezvous::Come {
            number: ana.invites().await?.number(),
        };
        let refused = house.directions().looks_at(VisitorToken::random(), next).await?;
        ensure!(
            matches!(
                refused,
                LobbyReply::Refused(Refusal::SlowDown {
                    retry_after_secs: 500..
                })
            ),
            "{refused:?}"
        );
        ana.leaves().await
    })
    .await
}

#[tokio::test]
async fn nobody_is_talked_out_of_a_code() -> Result<()> {
    story(Setup::default(), async |house| {
        // Somebody who says that they have none, to whoever waits and to whoever comes.
        let (mut ana, code) = ana_invites(house).await?;
        let seat = house.directions().comes_to(code.number()).await?.enters().await?;
        let (mut rude, _) = Voice::begins(seat).await?;
        ensure!(
            rude.hears_envelope().await.is_err(),
            "she begins without her code"
        );
        rude.leaves().await?;
        let told = ana.meets_nobody().await?;
        ensure!(told == SPENT, "she is told {told:?}");

        let invitation = house.directions().invites().await?;
        let seat = invitation.seat.enters().await?;
        let code = Code::for_invitation(invitation.number);
        let mut bia = house.arrives_to(Way::Code(code), "Bia").await?;
        let (rude, first) = Voice::begins(seat).await?;
        ensure!(first.is_some(), "whoever was there first speaks first");
        let told = bia.meets_nobody().await?;
        ensure!(told == SPENT, "she is told {told:?}");
        drop(rude);
        house.registers(&[]).await
    })
    .await
}

#[tokio::test]
async fn two_who_both_would_like_to_meet_again_do() -> Result<()> {
    story(Setup::default(), async |house| {
        let (mut ana, mut bia) = two_strangers(house).await?;
        ana.keeps().await?;
        // Of one wish alone nothing is told.
        passes(&mut ana, &mut bia, "shall we?").await?;
        bia.keeps().await?;
        let (code, same) = (ana.is_kept().await?, bia.is_kept().await?);
        ensure!(code == same && code.is_lasting(), "{code:?} and {same:?}");
        bia.keeps().await?;
        passes(&mut bia, &mut ana, "until then").await?;
        bia.leaves().await?;
        ana.is_left(Parting::Left).await?;
        ana.leaves().await?;

        // Whoever mistypes it can try again, for there are words enough.
        ana.looks_for(Way::Code(code.clone())).await?;
        ensure!(ana.invites().await? == code, "another code");
        let mut cleo = house.arrives_to(Way::Code(other_than(&code)), "Cleo").await?;
        let wrong = Problem::WrongCode { spent: false };
        let (hers, told) = (cleo.meets_nobody().await?, ana.meets_nobody().await?);
        ensure!((&hers, &told) == (&wrong, &wrong), "told: {hers:?}, {told:?}");
        ana.looks_for(Way::Code(code.clone())).await?;
        ana.invites().await?;
        bia.looks_for(Way::Code(code)).await?;
        ensure!(bia.meets("Ana").await?.had_code, "by chance");
        ana.meets("Bia").await?;
        ana.leaves().await?;
        is_left(&mut bia, Parting::Left).await
    })
    .await
}

#[tokio::test]
async fn where_one_or_none_would_like_to_meet_again_nobody_is_told() -> Result<()> {
    story(Setup::default(), async |house| {
        for keeps in [false, true] {
            let (mut ana, mut bia) = two_strangers(house).await?;
            if keeps {
                ana.keeps().await?;
                ana.keeps().await?;
            }
            passes(&mut ana, &mut bia, "it was nice").await?;
            passes(&mut bia, &mut ana, "it was").await?;
            ana.leaves().await?;
            bia.is_left(Parting::Left).await?;
            bia.leaves().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_wish_to_meet_again_outlives_a_lost_link() -> Result<()> {
    story(impatient(), async |house| {
        let network = house.network().await?;
        let mut ana = house.arrives_as(network.lobby(), "Ana", restless).await?;
        ana.waits().await?;
        let mut bia = house.arrives("Bia").await?;
        bia.meets("Ana").await?;
        ana.meets("Bia").await?;
        passes(&mut ana, &mut bia, "hello").await?;
        network.shuts();
        ana.is_cut_off().await?;
        bia.misses_the_partner().await?;
        // One says it while she is away, the other while the partner is.
        ana.keeps().await?;
        bia.keeps().await?;
        network.opens();
        ana.is_back().await?;
        bia.has_the_partner_back().await?;
        let (code, same) = (ana.is_kept().await?, bia.is_kept().await?);
        ensure!(code == same, "{code:?} and {same:?}");
        ana.leaves().await?;
        bia.is_left(Parting::Left).await?;
        bia.leaves().await
    })
    .await
}

/// A house that notices soon when somebody has gone.
fn impatient() -> Setup {
    Setup::default().rooms(ROOMS).timings(|timings| {
        timings.dead_after = DEAD_AFTER;
        timings.ping_after = DEAD_AFTER / 3;
    })
}

/// Somebody who notices it soon, too, and is back soon.
fn restless(errand: Errand) -> Errand {
    errand.options(|options| {
        options.timings.pause = PAUSE;
        options.timings.dead_after = DEAD_AFTER;
        options.timings.ping_after = DEAD_AFTER / 3;
    })
}

async fn ana_invites(house: &House) -> Result<(Stranger, Code)> {
    let mut ana = house.arrives_to(Way::Invite, "Ana").await?;
    let code = ana.invites().await?;
    Ok((ana, code))
}

async fn two_strangers(house: &House) -> Result<(Stranger, Stranger)> {
    let mut ana = house.arrives("Ana").await?;
    ana.waits().await?;
    let mut bia = house.arrives("Bia").await?;
    ensure!(bia.meets("Ana").await?.can_keep, "they cannot say it");
    ana.meets("Bia").await?;
    Ok((ana, bia))
}

async fn passes(from: &mut Stranger, to: &mut Stranger, words: &str) -> Result<()> {
    from.says(words).await?;
    to.hears(words).await
}

/// The other one is gone, and with them what there was to stay for.
async fn is_left(stranger: &mut Stranger, why: Parting) -> Result<()> {
    stranger.is_left(why).await?;
    match stranger.ends().await? {
        Ending::Closing(Closing::RendezvousOver) => Ok(()),
        other => bail!("instead of the end of a rendezvous: {other:?}"),
    }
}

/// A code with the same number and one other word.
fn other_than(code: &Code) -> Code {
    let mut words = code.words();
    words[1] = if words[1] == "aardvark" {
        "absurd"
    } else {
        "aardvark"
    };
    let text = format!("{}-{}", code.number(), words.join("-"));
    text.parse().expect("a code with another word")
}

/// Somebody with those words comes as far as one can with other ones.
async fn guesses_wrong(seat: Seat, guess: &Code) -> Result<()> {
    let (mut voice, _) = Voice::begins_with(seat, guess).await?;
    ensure!(voice.introduces("Whoever").await.is_err(), "the guess was right");
    // Where the other one found out the room is gone already.
    let _ = voice.leaves().await;
    Ok(())
}

/// Whoever runs the server opens what numbers they like; here, what they are given until it is that one.
async fn opens_at(house: &House, number: RendezvousNumber) -> Result<Seat> {
    let directions = house.directions();
    for _ in 0..DRAWS_MAX {
        let opened = directions
            .waits_at(VisitorToken::random(), Rendezvous::Open)
            .await?;
        let seat = opened.seat.enters().await?;
        if opened.number == number {
            return Ok(seat);
        }
        seat.leaves().await?;
    }
    bail!("{number} was never given")
}
