//! What a person can wish for in the window: views return it, the model answers it. Plain values, no egui.

use acaso_shared::address::ServerAddress;
use acaso_shared::ids::{Code, PlazaName};
use acaso_shared::protocol::circle::CircleMember;

use crate::hosting::HostId;
use crate::hygiene::Link;
use crate::model::Half;
use crate::prefs::{Carrier, Language, Motion, ThemeChoice};

/// One wish, from a button, a key or a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// First screen: meet a stranger at the server in the field, under the name in the field.
    Meet,
    /// Strike a server off the list of known ones. Its pinned identity stays, or the pin would protect nobody.
    ForgetServer(ServerAddress),
    /// Open the settings, over whatever is on screen.
    OpenSettings,
    /// Read the house rules again, from the settings.
    ReadRules,
    /// Back from the settings, or from the rules to the settings.
    ClosePage,
    /// Rules screen: accept them, and meet a stranger.
    AgreeToRules,
    /// Rules screen: not now.
    DeclineRules,
    /// Waiting: give the seat up, back to the first screen.
    Cancel,
    /// Waiting: minimise the window, and let a notice call back when somebody comes.
    TellMe,
    /// Do not wait for the next attempt to come back: try at once.
    TryNow,
    /// Say what stands in the composer.
    Send,
    /// Leave this partner and meet another stranger. With messages exchanged it is wanted twice within three seconds.
    Next,
    /// Say goodbye, erase the conversation, back to the first screen.
    Leave,
    /// Nobody sits opposite any more: keep this seat and wait for who comes.
    WaitHere,
    /// Scroll the history to its newest message.
    ToNewest,
    /// The server shows another identity: stay away.
    DoNotConnect,
    /// The server shows another identity: pin the one shown, and go in.
    TrustIdentity,
    /// Copy both fingerprints, the known and the shown.
    CopyFingerprints,
    /// Copy this text.
    Copy(String),
    /// Show the safety phrase, or put it away again.
    SafetyPhrase,
    /// Copy the safety phrase.
    CopyPhrase,
    /// Ask whether the partner is to be blocked.
    AskBlock,
    /// Block the partner; leave, if the conversation goes on.
    Block,
    /// Ask whether this link of a message is to be opened.
    AskLink(Link),
    /// Open the link that was asked about.
    OpenLink,
    /// Copy the link that was asked about.
    CopyLink,
    /// See which plazas there are, or go back to the one that one is in.
    Plazas,
    /// The list of plazas: ask the server again.
    LookAgain,
    /// The list of plazas: go into this one.
    EnterPlaza(PlazaName),
    /// In a plaza: say goodbye. What was being written is kept while the window is open.
    LeavePlaza,
    /// In a plaza or a circle: to the visit to a stranger, which goes on meanwhile.
    ToRoom,
    /// In a visit to a stranger: back to the plaza or the circle, which goes on meanwhile.
    ToPlaza,
    /// In a plaza: post what stands in the composer.
    Post,
    /// In a plaza: show the long post in this row to its end, or as little of it as at first.
    Unfold(u64),
    /// In a plaza or a circle: show who is here, or put it away.
    People,
    /// To a circle: the page where one says which, or back to the one that one is in.
    Circles,
    /// That page: what it means to be in a circle was read.
    AgreeToCircles,
    /// That page: go into a circle.
    EnterCircle(WhichCircle),
    /// In a circle: say goodbye. What was being written is kept while the window is open.
    LeaveCircle,
    /// In a circle: say what stands in the composer.
    Say,
    /// In a circle: show this member's key, or one's own.
    ShowKey(Option<CircleMember>),
    /// In a circle: show the code that others need to come, or put it away.
    CircleCode,
    /// In a circle: copy what the sheet over it shows.
    CopyFromSheet,
    /// Do not close the window, which asked first.
    KeepOpen,
    /// Close it all the same.
    CloseAnyway,
    /// Put away what lies over the conversation.
    CloseSheet,
    /// Change one setting.
    Change(Change),
    /// Host on this computer: the page of the servers that run in this program.
    OpenHost,
    /// Something about those servers.
    Host(HostWish),
    /// Another window of this program, at the server that is hosted here.
    NewWindow,
    /// Something about meeting somebody one knows.
    Invitation(Invite),
    /// Something about keeping in touch with the partner.
    Keep(KeepWish),
}

/// A wish about invitations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invite {
    /// The screen of invitations; while a stranger is waited for, in another window.
    Open,
    /// Back from it.
    Close,
    /// Its other half.
    Turn(Half),
    /// Make a code for one person, and wait for them.
    Make,
    /// Meet whoever has the code that stands in its field.
    Enter,
    /// Meet whoever was kept with this code.
    Meet(Code),
    /// Copy the code that was made.
    CopyCode,
    /// Copy the link with it.
    CopyLink,
    /// Ask whether whoever has this code is to be forgotten.
    AskForget(Code),
    /// Nobody is to be forgotten.
    KeepAll,
    /// Forget them.
    Forget(Code),
    /// Something about this code, which outlived its conversation.
    Held(HeldWish, Code),
}

/// A wish about a code to meet somebody again whose conversation has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldWish {
    /// Copy it.
    Copy,
    /// Keep it on this computer.
    Store,
    /// It was shown, and may go.
    PutAway,
}

/// A wish about keeping in touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeepWish {
    /// Show what it means, or that it was said.
    Ask,
    /// Say that the person would like to; the partner never learns of it unless they say so, too.
    Say,
    /// Show the code, once both said so.
    Show,
    /// Show this one, to meet somebody else again.
    ShowOther(Code),
    /// Copy it.
    Copy,
    /// Keep it on this computer.
    Store,
}

/// Which circle to go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhichCircle {
    /// The one of the name in its field.
    Named,
    /// The one of the code in its field.
    Coded,
    /// A new one with a code.
    New,
}

/// A wish about the servers that run in this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostWish {
    /// Start one as the form says.
    Start,
    /// Look at this one.
    Show(HostId),
    /// Start another one.
    Another,
    /// Copy the link of the one before the eyes.
    CopyLink,
    /// Whether somebody's coming is worth a notice of the desktop.
    TellJoins(bool),
    /// Stop the one before the eyes, after a question if people are there.
    Stop,
    /// Do not stop it.
    KeepHosting,
    /// Stop it, whoever is there.
    StopAnyway,
}

/// A changed setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Light, dark, or as the system.
    Theme(ThemeChoice),
    /// The language of the window.
    Language(Language),
    /// The size of text, in percent.
    TextPercent(u16),
    /// How much moves.
    Motion(Motion),
    /// Notices on or off.
    Notices(bool),
    /// Whether the partner sees that something is being written, and the person from them.
    Typing(bool),
    /// Whether the partner sees that their messages were looked at, and the person from them.
    Seen(bool),
    /// What carries the links.
    Carrier(Carrier),
    /// Whether people with old clients may be met.
    OldClients(bool),
}
