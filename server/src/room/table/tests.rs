//! A room whose registry hangs.

use std::net::Ipv4Addr;

use acaso_shared::ids::{Generation, RoomPort, Ticket, VisitorToken};
use acaso_shared::protocol::VERSIONS;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::*;
use crate::budget::{Budget, Doors};
use crate::config::{Limits, Timings};
use crate::guard::Guard;
use crate::identity::Presented;
use crate::registry::{Registry, Stalled};
use crate::room::{Client, Errand, Expect, MAILBOX_LEN, VisitNumber, Wish};

/// A room by itself, and what it would tell the matchmaker.
struct Alone {
    mailbox: mpsc::Sender<Command>,
    reports: mpsc::Receiver<(RoomPort, Report)>,
    context: Arc<Context>,
    task: JoinHandle<Ended>,
}

fn room(registry: Registry, port: RoomPort) -> Alone {
    let (to_matchmaker, reports) = mpsc::channel(MAILBOX_LEN);
    let context = Arc::new(Context {
        // No other test has it.
        ip: Ipv4Addr::new(127, 1, 2, 1).into(),
        presented: Presented::new(None),
        rooms_shared: false,
        quic: None,
        versions: VERSIONS,
        registry,
        guard: Guard::new(Limits::default(), Duration::ZERO, []),
        budget: Budget::raise(Doors::Tcp).unwrap(),
        timings: Timings::default(),
        carried: crate::room::Carried::default(),
        tracker: TaskTracker::new(),
        stop: CancellationToken::new(),
        reports: to_matchmaker,
    });
    let (mailbox, commands) = mpsc::channel(MAILBOX_LEN);
    let generation = Generation(1);
    let identity = Identity { port, generation };
    let task = tokio::spawn(run(Arc::clone(&context), identity, commands, mailbox.downgrade()));
    Alone {
        mailbox,
        reports,
        context,
        task,
    }
}

#[tokio::test]
async fn nobody_waits_for_a_registry_that_hangs_and_what_it_may_yet_write_is_taken_back() {
    let (registry, mut stalled) = Stalled::registry();
    let port = RoomPort::try_from(2000).unwrap();
    let mut alone = room(registry, port);
    let (answer, answered) = oneshot::channel();
    let visit = VisitNumber(7);
    let expect = Expect {
        visit,
        wish: Wish {
            visitor: VisitorToken::random().hash(),
            versions: VERSIONS,
            client: Client::Ours { meets_old: false },
        },
        errand: Errand::Stranger,
        ticket: Ticket::random(),
        places: alone.context.budget.seat().unwrap(),
        answer,
    };
    alone.mailbox.send(Command::Expect(expect)).await.unwrap();
    let refused = answered.await.unwrap().unwrap_err();
    assert!(matches!(refused, Refusal::Registry { .. }), "{refused:?}");
    let report = alone.reports.recv().await.unwrap();
    assert!(matches!(report, (_, Report::Emptied(emptied, None)) if emptied == visit));
    // The port is not free before the row is surely gone.
    let ordered = timeout(Duration::from_secs(30), stalled.ordered(3))
        .await
        .unwrap();
    assert_eq!(ordered, [(port, 1), (port, 0), (port, 0)]);
    assert!(!alone.task.is_finished());
    drop(stalled);
    assert_eq!(alone.task.await.unwrap(), Ended { usable: true });
}
