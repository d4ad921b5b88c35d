# What the window says, screen by screen.

## The window

app-name = Acaso
window-title = { $what } · Acaso
window-title-unread = ({ $count }) { $what } · Acaso
back = Back
settings = Settings
key-hint = { $what }  ({ $keys })

## Keys, as they stand in hints

key-enter = Enter
key-escape = Esc
key-control = Ctrl+{ $key }
key-control-shift = Ctrl+Shift+{ $key }
key-end = End
key-alt-down = Alt+Down

## First screen

first-title = Meet someone by chance
first-subtitle = A room for two. Text only, encrypted between you.
first-server = Server
first-server-hint = chat.example.org
first-servers-known = Servers you know
first-forget = Forget { $host }
first-name = Your name
first-name-hint = optional
first-meet = Meet a stranger
first-meet-invited = Go to this invitation
first-account = Account
first-password = Password
first-remember = Remember it in this computer's keyring

## House rules

rules-title = Before you meet anyone
rules-asked-once = Asked once for { $host }. You can read it again in Settings.
rules-kind = Be kind, or be gone.
rules-kind-body = Both of you can leave at any moment, without a reason.
rules-self = Keep yourself to yourself.
rules-self-body = No surname, address or workplace to somebody you met a minute ago.
rules-legal = Nothing illegal, nothing with minors, no threats.
rules-legal-body = The host may close a room and bar an address.
rules-host-sees = The host can see
rules-sees-address = your network address
rules-sees-times = when you come and go, and in which room
rules-sees-amount = how much you write, not what
rules-host-sees-not = The host cannot see
rules-sees-not-text = what either of you writes
rules-sees-not-name = the name you go by
rules-sees-not-after = anything, once you both have left: nothing is stored
rules-dishonest = A dishonest host could try to stand between you two. The safety phrase of a conversation shows it.
rules-plaza = In a plaza the host reads along, and so does everybody who is there.
rules-confirm = I am 18 or older, and I will keep to these rules
rules-agree = Agree and meet a stranger
rules-agree-plaza = Agree and see the plazas
rules-agree-invitation = Agree and go on
rules-not-now = Not now
rules-again = House rules

## Waiting

waiting-title = The other seat is free
waiting-calling = Calling { $host }
waiting-calling-body = Looking for the server, and for a seat.
waiting-calling-again = Attempt { $attempt }.
waiting-who = You are the only one waiting at { $host }. { $rooms ->
        [0] No room is in use yet.
        [one] One room is in use.
       *[other] { $rooms } rooms are in use.
    }
waiting-elapsed = Waiting for { $time }
waiting-again = Trying again in { $secs } s
waiting-offers = A quiet moment. Your place is kept, whatever you do now:
waiting-tell-me = Tell me when somebody comes
waiting-tell-me-body = Minimise this window; a notice calls you back.
waiting-plaza = Look into a plaza
waiting-plaza-body = { $people ->
        [0] Nobody is in { $plaza } now. It is public.
        [one] { $plaza } has one person. It is public.
       *[other] { $plaza } has { $people } people. It is public.
    }
waiting-invite = Invite somebody you know
waiting-invite-body = A code for one person, good for ten minutes; in a window of its own.
try-now = Try now
cancel = Cancel
close = Close
copy = Copy

## Conversation

chat-met = You met by chance
chat-met-code = You met with a code
chat-met-line = { $when } · room { $port }
chat-meeting = The picture of this meeting: never drawn before, never again
chat-status = Room { $port } · encrypted between you two
chat-status-code = Met with a code · encrypted between you two
chat-status-left = Room { $port } · { $name } left at { $time }
chat-status-over = Room { $port } · ended at { $time }
chat-joined = { $name } joined
chat-somebody = somebody with an old client
chat-somebody-first = Somebody with an old client
chat-write-to = Write to { $name }
chat-hint = Enter sends · Shift+Enter starts a new line
chat-send = Send
chat-next = Next
chat-next-again = Press again
chat-leave = Leave
chat-new-messages = { $count ->
        [one] One new message
       *[other] { $count } new messages
    }
chat-you = You
chat-row = { $name }, { $time }: { $text }
chat-row-state = { $name }, { $time }: { $text } ({ $state })
chat-typing = { $name } is writing
chat-more = More
chat-alphabets = letters of several alphabets
chat-alphabets-body = A name like this can be made to look like another one.

## What became of a message

state-sending = Sending
state-sent = Sent
state-delivered = Delivered
state-seen = Seen
state-not-delivered = Not delivered

## A conversation with an old client

open-status = Room { $port } · not private: old client
open-mark = not private
open-head = The host can read this conversation.
open-body = The other person has an old client, which cannot encrypt. Nothing tells whether a message has arrived, and a lost connection ends it.

## Other ways in

first-ways = other ways in
first-plaza = Plaza
first-plaza-body = A public room
first-invitation = Invitation
first-invitation-body = With a code

## Meeting somebody one knows

invite-title = Meet somebody you know
invite-where = At { $host }, as { $name }.
invite-where-nameless = At { $host }, without a name.
invite-how = Code
invite-make = Make a code
invite-enter = Enter a code
invite-make-about = A code for one person, good for ten minutes. They open Acaso, choose Invitation and type it. The host never learns the words.
invite-code = Code
invite-code-hint = 7-crossover-clockwork
invite-one-try = One try only: a wrong word spends the code, and so does a connection that breaks meanwhile. Then ask for a new one.
invite-meet = Meet
invite-read = Read this to one person
invite-good = Good for { $time }, for one person, once
invite-both = You both have this code
invite-good-lasting = Waiting for another { $time }
invite-copy-code = Copy code
invite-copy-link = Copy link
invite-copied = Copied
invite-qr = The link of this invitation, as a picture
invite-how-to = They open Acaso, choose Invitation and type it. The host never learns the words.
invite-one-try-made = One try only: a wrong word spends the code, and so does a connection that breaks meanwhile.
invite-how-to-kept = They open Acaso, choose Invitation, and press Meet beside your name, or type this code.
invite-waiting = Waiting for them
invite-waiting-for = Waiting for { $name }
invite-comparing = Comparing the words
invite-comparing-body = Nothing is said before both of you have the same.
invite-still-good = The code stays good meanwhile.
invite-nobody-came = Nobody came in time
invite-nobody-came-next = The code is still good. Agree on a time, and both press Meet.
invite-people = People you kept
invite-person = { $host } · since { $date }
invite-meet-person = Meet { $name }
invite-forget = Forget
invite-forget-person = Forget { $name }
invite-forget-sure = Forget the code to meet { $name } again?
invite-forget-not = Keep it
people-file = The list of people you kept cannot be read or written
people-file-next = { $path }: { $detail }
people-set-aside = The list of people you kept was broken
people-set-aside-next = It was set aside as { $path }; nothing in it is lost. Try again with a new list.
people-full = { $max } people are kept already
people-full-next = Choose Invitation, and forget somebody first.
people-busy = That was not done
people-busy-next = Too much was to be written at once. Try again.

## Keeping in touch

keep = Keep in touch
keep-body = If { $name } chooses this, too, both of you get a code to meet again. If they do not, they never learn that you did. You cannot take it back.
keep-said = You have chosen to keep in touch
keep-said-body = If { $name } does so, too, both of you get a code to meet again. They are not told of your choice alone.
keep-said-row = Keep in touch: chosen
kept = You both want to meet again
kept-body = It is for meeting { $name } at { $host }: choose Invitation there, and enter it.
kept-compare = Nobody is in between if your safety phrases match: compare them now, or when you meet again.
kept-store = Keep it on this computer
kept-storing = Keeping it
kept-stored = It is kept on this computer. Choose Invitation, and Meet beside { $name }.
kept-only-show = Only show it now
kept-show = Code to meet { $name } again
kept-held = The code to meet { $name } again is not kept yet
kept-held-next = Choose Invitation: it is shown there once more.
kept-show-short = Code to meet again

## The plazas of a server

plazas = Plazas
plazas-about = Public rooms at { $host }. Whoever is in one reads what you post, and so does the host.
plazas-asking = Asking which plazas there are.
plazas-none = This server has no plaza
plazas-none-next = Its host can open one. Ask them, or choose another server.
plazas-again = Look again
plazas-row = { $people ->
        [0] Nobody is there now
        [one] One person
       *[other] { $people } people
    } · room for { $max }{ $history ->
        [0] {""}
        [one] {" "}· you see the last post
       *[other] {" "}· you see the last { $history } posts
    }
plazas-full = { $people } people · full

## A plaza

plaza-people = { $people ->
        [one] One person
       *[other] { $people } people
    }
plaza-status = Public: the host reads along · { $people }
plaza-public = Public: the host reads along
plaza-mark = public
plaza-calling = On the way in
plaza-empty = Nobody has written anything since you came.
plaza-you = you
plaza-person-you = { $name } (you)
plaza-number = no. { $number }
plaza-unfold = { $lines ->
        [one] Show all of it
       *[other] Show all { $lines } lines
    }
plaza-fold = Show less
plaza-row-subject = { $name }, { $time }, { $subject }: { $text }
plaza-came = { $names } came
plaza-came-more = { $names } and { $more } more came
plaza-went = { $names } left
plaza-went-more = { $names } and { $more } more left
plaza-subject = Subject, if you like
plaza-write = Write to the plaza
plaza-hint = Ctrl+Enter sends · Enter starts a new line
plaza-back = Back to { $plaza }
plaza-others = See the plazas

## The visit to a stranger, while a plaza is in front

aside-waiting = The other seat is still free. Your place is kept.
aside-met = { $name } is in the other seat.
aside-ended = Something has changed where you waited.
aside-go = Go to the room
aside-back = Go back

## Before the window closes

close-title = Close this window?
close-draft = What you wrote to { $plaza } was not posted, or has no answer yet. It is gone with the window.
close-hosting = { $people ->
        [0] This window hosts a server, and nobody is there at the moment. Stop hosting and close?
        [one] 1 person is here; stop hosting and close?
       *[other] { $people } people are here; stop hosting and close?
    }
close-hosting-anyway = Stop and close
close-keep = Keep it open
close-anyway = Close

## The safety phrase

safety-phrase = Safety phrase
safety-same = { $name } has the same one, if nobody is in between.
safety-how = Read it to each other by phone or face to face. If it matches, nobody reads along. If you do not compare, a dishonest host could.
safety-copied = Copied

## A lost connection, ours or theirs

lost-head = Connection lost.
lost-again = Trying again in { $secs } s; nothing you wrote is lost.
lost-again-short = Again in { $secs } s
lost-now = Trying again now; nothing you wrote is lost.
lost-now-short = Trying again
lost-status = Your connection is down · seat kept for { $secs } s
lost-status-short = Seat kept for { $secs } s
lost-hint = You can go on writing. It is delivered when the line is back.
away-status = Their connection is unstable · waiting { $secs } s
away-status-short = Unstable line · waiting { $secs } s

## Blocking

block = Block
block-title = Block { $name }?
block-body = You will not meet { $name } again while both of you keep Acaso open. They are not told.
block-and-leave = Block and leave
blocked = Blocked

## Links in a message

link-title = Open this link?
link-body = It leads to { $host }. Whoever runs that place sees your network address.
link-ascii = The name in plain letters: { $ascii }
link-open = Open
link-copy = Copy the link

## The strip above the composer

note-not-sent = Not sent:
note-too-fast = you wrote faster than the server allows. It is back below; send it in { $secs } s.
note-too-fast-now = you wrote faster than the server allows. It is back below; send it now.
note-no-partner = nobody is in the other seat. It is back below; send it when somebody comes.
note-ended = { $name } had gone already. It is back below, and goes to nobody unless you send it.
note-too-long = a message holds { $max } bytes, this one has { $bytes }. Send it in parts.
note-draft = Draft:
note-kept = you wrote this to { $from }. It goes to nobody unless you send it.
note-sure = you wrote this to { $from }. Press Enter again to send it to { $name }.
post-too-fast = you wrote faster than the plaza takes. It is back below; send it in { $secs } s.
post-too-fast-now = you wrote faster than the plaza takes. It is back below; send it now.
post-refused = the server did not take it. It is back below; try again, or ask the host.
post-unknown = no answer came before the connection ended. It may stand in the plaza already; it is back below.
post-not-taken = it could not be sent at the moment. It is back below; try again soon.
post-too-long = a post holds { $max } bytes, this one has { $bytes }. Send it in parts.
post-subject-too-long = a subject holds { $max } bytes, this one has { $bytes }. Make it shorter.
post-subject-control = the subject has a character that nobody can see. Type it anew.
post-kept = you were writing this when you left. Send it if you still mean it.

## When they have left, or the visit is over

left-goodbye = { $name } said goodbye
left-lost = { $name }'s connection did not come back
left-removed = The host took { $name } out of the room
left-never-ready = { $name } never answered
closing-server = The server is closing
closing-server-next = Try again later, or choose another.
closing-room = The host closed this room
closing-room-next = Meet somebody else, or ask the host.
closing-nobody-came = Nobody came in time
closing-nobody-came-next = The code is void. Make a new one when you are both ready.
closing-rendezvous-over = This conversation is over
closing-rendezvous-over-next = Make a new code to meet again.
left-lost-open = The connection with { $name } was lost
left-body = Their words are only on your screen now. They go when the next person comes, or when you leave.
left-body-open = On your screen the words stay until the next person comes, or until you leave. The host could read them.
left-body-code = Their words are only on your screen now. They go when you leave.
left-invite = Make a new code
left-next = Meet the next stranger
left-wait = Wait here
left-waiting = Waiting here for { $time }
left-draft = Your draft is kept. It goes to nobody unless you send it.

## Another identity

identity-title = This server shows another identity
identity-body = { $host } is not showing the key you have known since { $date }. Its host may have set it up anew, or somebody may be posing as it. Nothing has been sent.
identity-ask = Ask the host, not over this server, which one is right. Trust the new one only if they read you the same groups.
identity-outdated-title = This server's certificate is out of date
identity-outdated-body = An authority vouches for { $host } as you have known it since { $date }, but not for today: its certificate has expired, or this computer's clock is wrong. { $same ->
        [yes] It shows the key you know.
       *[no] And it shows another key than the one you know.
    } Nothing has been sent.
identity-outdated-ask = Look at this computer's clock first. If it is right, { $same ->
        [yes] ask the host to renew the certificate. Whoever trusts this key until then meets nobody but its owner.
       *[no] ask the host, not over this server, which key is right. Trust the new one only if they read you the same groups.
    }
identity-unsigned-title = Nobody vouches for this server any more
identity-unsigned-body = You have known { $host } since { $date } as a server that an authority vouches for. None that is known here does now. { $same ->
        [yes] It shows the key you know.
       *[no] And it shows another key: its host may have set it up anew, or somebody may be posing as it.
    } Nothing has been sent.
identity-unsigned-ask = { $same ->
        [yes] Ask the host, not over this server, what has changed. Whoever trusts this key meets nobody but its owner.
       *[no] Ask the host, not over this server, which key is right. Trust the new one only if they read you the same groups.
    }
identity-known = Known
identity-known-since = since { $date }, { $visits ->
        [one] one visit
       *[other] { $visits } visits
    }
identity-shown = Shown now
identity-differs = { $groups ->
        [0] the same key
        [16] differs in all sixteen groups
        [one] differs in one of 16 groups
       *[other] differs in { $groups } of 16 groups
    }
identity-stay = Do not connect
identity-trust = Trust the new identity
identity-trust-same = Trust this key all the same
identity-copy = Copy both
identity-copied = Copied

## Settings

settings-look = Look
settings-theme = Theme
settings-theme-system = System
settings-theme-light = Light
settings-theme-dark = Dark
settings-language = Language
settings-language-system = System
settings-language-english = English
settings-language-portuguese = Português
settings-text-size = Text size
settings-percent = { $percent } %
settings-motion = Motion
settings-motion-system = As the system
settings-motion-little = Little
settings-motion-full = Full
settings-conversation = Conversation
settings-typing = Show when I write
settings-typing-body = Off: they do not see it from you, and you not from them.
settings-seen = Tell when I have read
settings-seen-body = Only shown if both of you switch it on.
settings-notices = Notices
settings-notices-body = When somebody joins or writes, and this window is not in front.
settings-rules = Read the house rules again
settings-connection = Connection
settings-transport = Transport
settings-transport-auto = Choose for me
settings-transport-quic = QUIC
settings-transport-tcp = TCP
settings-transport-body = TCP passes nearly everywhere; QUIC keeps a conversation when the network changes. It holds from the next meeting on.
settings-old-clients = Let old clients meet me
settings-old-clients-body = Such a conversation is marked: the host can read it.
settings-servers = Servers you know
settings-no-servers = None yet.
settings-forget = Forget
settings-forget-body = Only this list forgets it. A changed identity is still noticed.

## Days and dates

day-today = Today
day-yesterday = Yesterday
date-month = { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
date-weekday = { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
date-day = { $day } { $month }
date-day-year = { $day } { $month } { $year }
date-weekday-time = { $weekday } { $time }
date-weekday-day = { $weekday }, { $day }

## Notices of the desktop

notice-joined = { $name } is here
notice-joined-body = The other seat is taken. Say hello.
notice-posted = { $name } · { $plaza }
notice-open = Open

## Hosting: servers that run in this program

host-open = Host on this computer
host-open-running = Hosting: { $people ->
        [0] nobody here yet
        [one] 1 person
       *[other] { $people } people
    }
host-about = Let others meet here. This program is the server for as long as its window is open.
host-who = Who may come
host-this-computer = This computer only
host-one-address = Your network ({ $interface })
host-all-v4 = Everybody, IPv4
host-all = Everybody, IPv4 and IPv6
host-port = Port
host-port-hint = 1025
host-single-port = All rooms behind this one port
host-single-port-body = For firewalls and containers: no other port has to be open. Otherwise each room has its own.
host-plaza = Plaza, if you like
host-plaza-hint = Its name
host-plaza-body = A public room for many. You see what is said there, and whoever enters is told so.
host-start = Start hosting
host-starting = Starting…
host-servers = Servers
host-new = A new one
host-another = Another server
host-title = Hosting on this computer
host-status = Open to { $whom ->
        [here] this computer only
        [network] your network
       *[everybody] everybody
    } since { $time }. { $rooms ->
        [0] No room
        [one] 1 room
       *[other] { $rooms } rooms
    } in use, { $people ->
        [0] nobody here
        [one] 1 person, { $waiting } waiting
       *[other] { $people } people, { $waiting } of them waiting
    }.
host-carried = { $frames ->
        [one] 1 sealed envelope has
       *[other] { $frames } sealed envelopes have
    } passed through: messages, and signs that they arrived. Nobody here can open them.
host-new-window = New window
host-stop = Stop
host-stopping = Saying goodbye…
host-put-away = Put away
host-failed = This server has failed
host-failed-next = Nobody is brought together here any more. Put it away and start another one; the log below says more.
host-typed = Others type
host-typed-here = On this computer one types
host-typed-too = or { $addresses }
host-nobody-else = Others cannot come yet: this computer has no address but its own
host-port-usual = Port { $port }, the usual one
host-port-other = Port { $port }, a part of the address
host-copy-link = Copy link
host-copied = Link copied
host-qr = The link as a picture, to be scanned
host-fingerprint = Fingerprint
host-firewall = Let in at the firewall
host-firewall-all = { $port } and { $first }–{ $last }, TCP and UDP
host-firewall-one = { $port }, TCP and UDP
host-firewall-nothing = Nothing: only this computer can come.
host-rooms = Rooms
host-rooms-read = Rooms: { $rooms } of { $all } in use, one waits in { $waiting }
host-room-free = free
host-room-one = one waits
host-room-two = two
host-log = Log
host-log-started = The server runs
host-log-room = Room { $port }: { $seats ->
        [one] one waits
       *[other] two are in
    }
host-log-empty = Room { $port } is free again
host-plazas = Plazas
host-no-plazas = None. One is opened when a server is started: name it in the form.
host-plaza-people = { $people ->
        [0] Nobody is there
        [one] 1 person
       *[other] { $people } people
    } · public: you read along
host-tell-joins = Tell me when somebody comes
host-tell-joins-body = A notice of the desktop, while this window is not in front.
host-arrived = Somebody has come to your server
host-arrived-body = { $people ->
        [one] 1 person is
       *[other] { $people } people are
    } there now.
host-stop-title = Stop hosting?
host-stop-body = { $people ->
        [0] Nobody is here at the moment.
        [one] 1 person is here and will be told that the server closes.
       *[other] { $people } people are here and will be told that the server closes.
    }
host-keep = Keep hosting
host-stop-anyway = Stop hosting
host-bad-port = That is no port
host-bad-port-next = Type a number from 1 to 65535; 1025 is the usual one.
host-port-taken = Port { $port } is taken
host-port-taken-next = Another program uses it. Stop that one, or choose another port.
host-port-forbidden = Port { $port } is kept by the system
host-port-forbidden-next = Choose a port from 1024 on.
host-not-ours = { $ip } is not an address of this computer
host-not-ours-next = Choose one from the list.
host-data-held = Another server uses what belongs to this port
host-data-held-next = It holds { $path }. Stop that server, or choose another port.
host-bad-plaza = A plaza cannot be called that
host-bad-plaza-next = Choose a shorter name of visible letters, or leave it out.
host-not-started = The server does not start
host-not-started-next = The server says: { $detail }.
