//! Two who meet and talk while links are cut: at every moment once.

use super::*;

/// A room that hands frames over one by one, and whose links can be cut in between.
struct Room {
    ends: [Client; 2],
    queue: VecDeque<(usize, SealedFrame)>,
}

impl Room {
    fn says(&mut self, who: usize, actions: Vec<Action>) {
        self.queue
            .extend(actions.into_iter().filter_map(|action| match action {
                Action::Send(RoomRequest::Sealed(frame)) => Some((1 - who, frame)),
                _ => None,
            }));
    }

    /// Hands over the next frame, if any is on its way.
    fn step(&mut self) -> bool {
        for who in [0, 1] {
            let said = self.ends[who].pumps();
            self.says(who, said);
        }
        let Some((to, frame)) = self.queue.pop_front() else {
            return false;
        };
        let answers = self.ends[to].hears(RoomEvent::Sealed(frame));
        self.says(to, answers);
        true
    }

    /// What is on its way is lost, whichever way.
    fn cut(&mut self, who: usize) {
        self.queue.clear();
        self.ends[who].loses_its_link();
        self.ends[1 - who].hears(RoomEvent::PartnerAway {
            conversation: NUMBER,
            grace_secs: 60,
        });
        self.ends[1 - who].pumps();
    }

    fn mend(&mut self, who: usize) {
        self.ends[who].tries();
        let said = self.ends[who].comes_back(2);
        self.says(who, said);
        let answers = self.ends[1 - who].hears(RoomEvent::PartnerBack { conversation: NUMBER });
        self.says(1 - who, answers);
    }
}

/// Two meet and say three things each, with one link cut after so many frames. Tells whether that was before the end.
fn meets_although_cut(after: usize, who: usize) -> bool {
    let mut room = Room {
        ends: [Client::seated("Ana"), Client::seated("Bia")],
        queue: VecDeque::new(),
    };
    for (end, role) in [(0, Role::Initiator), (1, Role::Responder)] {
        let first = room.ends[end].hears(pairing(1, role));
        room.says(end, first);
    }
    let mut frames = 0;
    let mut spoken = [false; 2];
    loop {
        if frames == after {
            room.cut(who);
            room.mend(who);
        }
        let goes_on = room.step();
        frames += 1;
        for end in [0, 1] {
            let paired = |event: &Event| matches!(event, Event::Paired(_));
            if !spoken[end] && room.ends[end].told.iter().any(paired) {
                spoken[end] = true;
                for id in 1..=3 {
                    room.ends[end].says(1, id, &format!("{end} says {id}"));
                }
            } else if !goes_on && frames > after {
                assert!(spoken[end], "cut after {after}, {end} met nobody");
            }
        }
        if !goes_on && frames > after && spoken == [true; 2] && room.queue.is_empty() && !room.step() {
            break;
        }
    }
    for end in [0, 1] {
        let other = 1 - end;
        let expected: Vec<String> = (1..=3).map(|id| format!("{other} says {id}")).collect();
        assert_eq!(texts(&room.ends[end].told), expected, "cut {who} after {after}");
    }
    after < 14
}

#[test]
fn a_cut_at_any_moment_of_the_meeting_loses_nothing() {
    for who in [0, 1] {
        let mut after = 0;
        while meets_although_cut(after, who) {
            after += 1;
        }
    }
}
