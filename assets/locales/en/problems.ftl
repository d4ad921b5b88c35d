# What went wrong: one message says what, its -next what to do about it.

## What was typed

trouble-address-empty = The server's address is missing
trouble-address-empty-next = Type a name or an address such as 192.0.2.7.
trouble-address-port = “{ $text }” is not a port
trouble-address-port-next = Type a number from 1 to 65535, or leave it out.
trouble-address-host = “{ $text }” is not a server's address
trouble-address-host-next = Type a name such as chat.example.org, or an address such as 192.0.2.7.
trouble-link = The link is not whole
trouble-link-next = What follows the # is the server's identity, 64 digits. Copy the link again, or leave out the # and what follows.
trouble-name-empty = A name needs something to see
trouble-name-empty-next = Type one, or leave the field empty to go without.
trouble-name-too-long = That name is too long
trouble-name-too-long-next = A name has at most { $max } characters. Shorten it, then try again.
trouble-name-control = That name has characters nobody can see
trouble-name-control-next = Type it anew, on one line, without tabs.
trouble-account = That is not the name of an account
trouble-account-next = It has up to { $max } small letters, digits, dots, dashes or underscores. Ask the host for yours.
trouble-password = The password is missing, or too long
trouble-password-next = Type it as the host gave it to you: 1 to { $max } bytes.

## What can go wrong on the way

problem-name-not-found = There is no server called { $host }
problem-name-not-found-next = The name may be misspelt, or this computer is offline. Check the address, then try again.
problem-connection-refused = { $host } is there, but Acaso is not
problem-connection-refused-next = Nothing listens at port { $port }. Ask the host whether it is running.
problem-timed-out = No answer from { $host }
problem-timed-out-next = It may be off, or a firewall drops us. Try again, or ask the host.
problem-not-acaso = { $host } answers, but not as an Acaso server
problem-not-acaso-next = Check port { $port }, and ask the host whether the server runs with --plain.
problem-plain-refused = { $host } is known with encryption
problem-plain-refused-next = It is not spoken to without it. Start Acaso without --plain.
problem-identity-changed = { $host } shows another identity
problem-identity-changed-next = Nothing was sent. Ask its host which one is right, then meet again.
problem-identity-outdated = The certificate of { $host } is out of date
problem-identity-outdated-next = It has expired, or this computer's clock is wrong. Nothing was sent. Look at the clock, ask the host, then meet again.
problem-identity-unsigned = Nobody vouches for { $host } any more
problem-identity-unsigned-next = Nothing was sent. Ask its host what has changed, then meet again.
problem-other-than-linked = { $host } shows another identity than the link says
problem-other-than-linked-next = Nothing was sent to it. The link may be old, or somebody poses as the server: ask the host for the link again.
problem-room-identity = Room { $port } shows another identity than its lobby
problem-room-identity-next = Nothing was sent to it. Somebody may be in between: tell the host.
problem-version = This server speaks { $single ->
        [yes] version { $from }
       *[no] versions { $from } to { $to }
    }
problem-version-next = Yours speaks { $ours }. Update Acaso, or ask the host to.
problem-full = Every seat is taken
problem-full-next = { $people ->
        [one] One person is
       *[other] { $people } people are
    } here. Try again in { $secs } s.
problem-registry = The server cannot open a room at the moment
problem-registry-next = Its registry takes no new entries. Try again in { $secs } s, or tell the host.
problem-login-needed = { $account ->
        [yes] This server asks for an account and its password
       *[no] This server asks for a password
    }
problem-login-needed-next = Ask the host for it, then type it here.
problem-login-wrong = { $account ->
        [yes] That account or its password is not right
       *[no] That password is not right
    }
problem-login-wrong-next = { $secs ->
        [0] Look at capitals, then try again.
       *[other] Look at capitals, then try again in { $secs } s.
    }
problem-slow-down = Too many tries from your network
problem-slow-down-next = Wait { $secs } s, then try again.
problem-seat-taken = The seat at that number is not free right now
problem-seat-taken-next = Somebody else is on the way to it, or whoever waits there lost the connection. Try again in { $secs } s.
problem-banned = You are barred here until { $time }
problem-banned-next = The host did this. Choose another server, or ask them.
problem-no-such-plaza = There is no such plaza here any more
problem-no-such-plaza-next = Look at the server's list of plazas.
problem-no-such-invitation = Nobody waits with that code
problem-no-such-invitation-next = It was used, or it is older than ten minutes, or its number was misheard. Ask for a new one.
problem-wrong-code = The words were not the same
problem-wrong-code-next = { $spent ->
        [yes] Somebody mistyped one, or does not know them. The code is spent: make a new one.
       *[no] Somebody mistyped one, or does not know them. The code is still good.
    }
problem-code-spent = This code is spent
problem-code-spent-next = It was good for one try. If nobody was met, a connection broke or somebody guessed wrong, and nobody can tell which. Make a new one.
problem-not-offered = { $host } is too old for this
problem-not-offered-next = Ask its host to update the server.
problem-circle-full = That circle is full
problem-circle-full-next = Wait until somebody leaves, or begin another one.
problem-room-unreachable = The lobby answers, room { $port } does not
problem-room-unreachable-next = The host must open port { $port } (1026–9999) at { $address }. Tell them this number.
problem-door-shut = The door was shut each time we came
problem-door-shut-next = The network may be very slow. Try again.
problem-link-lost = The connection was lost
problem-link-lost-next = Check the network, then meet somebody again.
problem-protocol = The server said something that makes no sense
problem-protocol-next = So the visit was ended. Try again, or tell the host.
problem-unverified = What came as your partner’s words does not verify
problem-unverified-next = So the conversation was ended. Somebody may be in between, or their program is broken: meet somebody else.
problem-pins = The file of known servers cannot be used
problem-pins-next = The server's identity cannot be checked without it. Mend the file, then try again: { $detail }

## Settings that cannot be kept

trouble-settings-broken = Your settings could not be read
trouble-settings-broken-next = We began with fresh ones. The old file is kept as { $path }.
trouble-no-window = Another window cannot be opened
trouble-no-window-next = The system says: { $detail }. Start Acaso once more yourself.
trouble-settings-unsaved = Your settings could not be saved
trouble-settings-unsaved-next = They hold until you close this window. The reason: { $detail }

## Starting up

start-no-display = Acaso needs a screen: no display was found, or it cannot be opened. For a terminal there is line_client.
start-missing-library = Acaso cannot open its window: { $library } is missing. Install it, on Debian with: apt-get install { $package }
start-failed = Acaso cannot open its window: { $detail }

## A text that is no code

code-number = That is not a code yet
code-number-next = A code begins with its number, as in 7-crossover-clockwork.
code-word = “{ $word }” cannot be word { $place } of a code
code-word-next = Listen again, or look at the spelling: begin the word, and those that can stand there appear under the field.
code-length = A code has two words after its number, or four
code-length-next = { $words ->
        [0] This one has none yet.
        [one] This one has one.
       *[other] This one has { $words }.
    }
