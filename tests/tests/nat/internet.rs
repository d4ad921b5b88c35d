//! A small internet in network namespaces: a public network, homes behind routers, computers in them. All of it is gone when it is
//! dropped.

use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::geteuid;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// The public address of the computer that everybody can reach (RFC 5737: these are nobody's).
pub(crate) const PUBLIC: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);

/// Set where namespaces are known to work: nothing may be skipped there.
const MUST_BE_TOLD: &str = "ACASO_NAT_STORIES";

/// How a router translates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nat {
    /// A socket behind it has one port outside, whomever it speaks to.
    Cone,
    /// A socket behind it has another port outside for each whom it speaks to.
    Symmetric,
}

/// A public network, and homes at it.
#[derive(Debug)]
pub(crate) struct Internet {
    public: Namespace,
    homes: Vec<Home>,
}

/// A home: a router, and computers behind it.
#[derive(Debug)]
struct Home {
    router: Namespace,
    computers: Vec<Namespace>,
}

/// A network namespace with whatever is in it. Dropped, it is deleted.
#[derive(Debug)]
struct Namespace(String);

/// One computer.
#[derive(Clone, Debug)]
pub(crate) struct Computer {
    namespace: String,
    pub(crate) address: Ipv4Addr,
}

impl Internet {
    /// An internet with these homes, each with a router and so many computers.
    ///
    /// # Errors
    /// It cannot be made, though it could be begun.
    pub(crate) fn with(homes: &[(Nat, u8)]) -> Result<Option<Self>> {
        if let Err(error) = may_be_made() {
            ensure!(
                std::env::var_os(MUST_BE_TOLD).is_none(),
                "this must not be skipped here: {error:#}"
            );
            // What a test prints is kept back where it passes; this is to be seen.
            writeln!(
                std::io::stderr(),
                "SKIPPED: no network namespaces here: {error:#}"
            )?;
            return Ok(None);
        }
        let public = Namespace::new()?;
        public.ip("link set lo up")?;
        public.ip("link add bridge type bridge")?;
        public.ip(&format!("addr add {PUBLIC}/24 dev bridge"))?;
        public.ip("link set bridge up")?;
        let mut internet = Self {
            public,
            homes: Vec::new(),
        };
        for (number, (nat, computers)) in (1..).zip(homes) {
            let home = internet.home(number, *nat, *computers)?;
            internet.homes.push(home);
        }
        Ok(Some(internet))
    }

    fn home(&self, number: u8, nat: Nat, computers: u8) -> Result<Home> {
        let router = Namespace::new()?;
        let port = format!("home{number}");
        router.ip(&format!(
            "link add wan type veth peer name {port} netns {}",
            self.public.0
        ))?;
        self.public.ip(&format!("link set {port} master bridge up"))?;
        router.ip(&format!("addr add 203.0.113.{}/24 dev wan", 100 + number))?;
        router.ip("link set wan up")?;
        router.ip("link add lan type bridge")?;
        router.ip(&format!("addr add 10.{number}.0.1/24 dev lan"))?;
        router.ip("link set lan up")?;
        router.run(&["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"])?;
        let translates = "-t nat -A POSTROUTING -o wan -j MASQUERADE";
        router.iptables(&match nat {
            Nat::Cone => translates.to_owned(),
            Nat::Symmetric => format!("{translates} --random-fully"),
        })?;
        // Routers at homes do not answer to strangers. One that did would take a port for whom it answers, and spoil it for us.
        router.iptables("-A INPUT -i wan -m conntrack --ctstate NEW,INVALID -j DROP")?;
        let mut inside = Vec::new();
        for last in 2..2 + computers {
            let computer = Namespace::new()?;
            computer.ip("link set lo up")?;
            computer.ip(&format!(
                "link add eth type veth peer name port{last} netns {}",
                router.0
            ))?;
            router.ip(&format!("link set port{last} master lan up"))?;
            computer.ip(&format!("addr add 10.{number}.0.{last}/24 dev eth"))?;
            computer.ip("link set eth up")?;
            computer.ip(&format!("route add default via 10.{number}.0.1"))?;
            inside.push(computer);
        }
        Ok(Home {
            router,
            computers: inside,
        })
    }

    /// Cuts a home off from everybody outside, counted from 0.
    ///
    /// # Errors
    /// There is no such home.
    pub(crate) fn cuts(&self, home: u8) -> Result<()> {
        self.public.ip(&format!("link set home{} down", home + 1))
    }

    /// Lets it back.
    ///
    /// # Errors
    /// There is no such home.
    pub(crate) fn mends(&self, home: u8) -> Result<()> {
        self.public.ip(&format!("link set home{} up", home + 1))
    }

    /// Gives a home another public address, counted from 0.
    ///
    /// # Errors
    /// There is no such home.
    pub(crate) fn moves(&self, home: u8) -> Result<()> {
        let router = &self.homes.get(usize::from(home)).context("no such home")?.router;
        // Whatever the router translated is forgotten with the address.
        router.ip(&format!("addr del 203.0.113.{}/24 dev wan", 101 + home))?;
        router.ip(&format!("addr add 203.0.113.{}/24 dev wan", 201 + home))
    }

    /// The computer that everybody can reach.
    pub(crate) fn public(&self) -> Computer {
        Computer {
            namespace: self.public.0.clone(),
            address: PUBLIC,
        }
    }

    /// A computer in a home, both counted from 0.
    pub(crate) fn computer(&self, home: u8, number: u8) -> Result<Computer> {
        let computers = &self
            .homes
            .get(usize::from(home))
            .context("no such home")?
            .computers;
        let namespace = computers.get(usize::from(number)).context("no such computer")?;
        Ok(Computer {
            namespace: namespace.0.clone(),
            address: Ipv4Addr::new(10, 1 + home, 0, 2 + number),
        })
    }
}

impl Computer {
    /// A command that runs there.
    pub(crate) fn command(&self, program: &str) -> tokio::process::Command {
        let mut command = tokio::process::Command::new("ip");
        command.args(["netns", "exec", &self.namespace, program]);
        command
    }

    /// A socket there, at any free port.
    pub(crate) fn socket(&self) -> Result<UdpSocket> {
        let (path, address) = (format!("/run/netns/{}", self.namespace), self.address);
        // A thread of its own is there for a moment; the socket stays there.
        let opened = thread::spawn(move || {
            let namespace = File::open(path)?;
            move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))?;
            anyhow::Ok(UdpSocket::bind(SocketAddr::from((address, 0)))?)
        });
        match opened.join() {
            Ok(socket) => socket,
            Err(_) => bail!("the thread that opens a socket there failed"),
        }
    }
}

impl Namespace {
    fn new() -> Result<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("acaso-story-{}-{number}", std::process::id());
        run(Command::new("ip").args(["netns", "add", &name]))?;
        Ok(Self(name))
    }

    fn ip(&self, words: &str) -> Result<()> {
        run(Command::new("ip").args(["-n", &self.0]).args(words.split(' ')))
    }

    fn iptables(&self, words: &str) -> Result<()> {
        let rule: Vec<_> = ["iptables", "-w"].into_iter().chain(words.split(' ')).collect();
        self.run(&rule)
    }

    fn run(&self, words: &[&str]) -> Result<()> {
        run(Command::new("ip").args(["netns", "exec", &self.0]).args(words))
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Whatever cannot be deleted now is deleted by whoever restarts this computer.
        let _ = run(Command::new("ip").args(["netns", "delete", &self.0]));
    }
}

/// Whether this can be done here; if not, why.
fn may_be_made() -> Result<()> {
    ensure!(geteuid().is_root(), "they need root");
    let trial = Namespace::new().context("`ip netns add` does not work")?;
    trial
        .iptables("-t nat -A POSTROUTING -j MASQUERADE --random-fully")
        .context("`iptables` cannot translate addresses")?;
    trial
        .iptables("-A INPUT -m conntrack --ctstate NEW -j DROP")
        .context("`iptables` does not know connections")
}

fn run(command: &mut Command) -> Result<()> {
    let done = command.stdin(Stdio::null()).output();
    let done = done.with_context(|| format!("{command:?} does not start"))?;
    ensure!(
        done.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr).trim()
    );
    Ok(())
}
