# What the window says about circles: the way to one, its question, and its screen.

## The way in

first-circle = Circle
first-circle-body = A group, direct
rules-agree-circle = Agree and go on

## Once, before the first circle

circle-asks = Before your first circle
circle-asks-about = Asked once. A circle is a group whose computers talk with each other, without a server in the middle.
circle-asks-address = The others see your network address.
circle-asks-address-body = What you say goes straight from your computer to theirs. Whoever comes by the circle’s name, or by the number of its code, sees it too.
circle-asks-server = The server only introduces you.
circle-asks-server-body = It sees which circle you are in, and when. What is said does not go through it, or only encrypted between the two of you.
circle-asks-key = Nobody checks who somebody is.
circle-asks-key-body = A dishonest host could introduce the wrong ones. Each member shows a key: compare the keys over another way of talking, if it matters.
circle-agree = Agree

## Which circle

circle = Circle
circle-about = A group at { $host } whose members talk directly with each other, encrypted.
circle-name = Name of the circle
circle-name-hint = the one you agreed on
circle-enter-name = Enter by name
circle-name-about = Whoever knows the name can come.
circle-code = Code
circle-code-hint = as it was told to you
circle-enter-code = Enter by code
circle-new = New circle with a code
circle-new-about = Only those can come to whom you tell its code. The server never learns its words.
circle-bad-name = A circle cannot be called that
circle-bad-name-next = Type a name of at most { $max } visible characters, on one line.
circle-code-for-two = That is the code of an invitation, for two
circle-code-for-two-next = A circle’s code has four words. Go back and choose Invitation for this one.

## A circle

circle-coded = Circle with a code
circle-calling = On the way in
circle-status = { $people ->
        [one] Direct · nobody else is here
       *[other] Direct · { $people } people
    }
circle-status-relayed = { $people } people · { $relayed } of them through the server, encrypted
circle-status-over = Over
circle-people = { $people ->
        [one] One person
       *[other] { $people } people
    }
circle-you = { $name } (you)
circle-number = no. { $number }
circle-somebody = Somebody
circle-direct = direct
circle-relayed = through the server
circle-relayed-tip = There is no direct way between you two. What you say goes through the server, encrypted between you.
circle-away = away
circle-away-tip = The connection is lost. What you say is kept for them until they are back.
circle-unreachable = not reachable
circle-unreachable-tip = No way was found between this person’s network and yours. You do not hear each other; it is tried again now and then.
circle-your-key = your key
circle-show-key = Compare the key of { $name }
circle-show-own-key = Your own key
circle-empty-name = Nobody else is here yet. Whoever knows the name can come.
circle-empty-code = Nobody else is here yet. Tell the code to those who shall come.
circle-show-code = Code

## What happens in it

circle-here = here already: { $names }
circle-came = came: { $names }
circle-left = said goodbye: { $names }
circle-lost = did not come back: { $names }
circle-went-away = connection lost: { $names }
circle-came-back = back: { $names }
circle-no-way = Somebody is here whom you cannot reach
circle-wrong-words = Somebody came who did not know the words
circle-shut = Too many came without knowing the words: nobody new is let in
circle-lobby-head = The server is gone.
circle-lobby-rest = The circle goes on. Nobody new can come.
circle-lobby-again = The circle goes on. Nobody new can come. Next try in { $secs } s.

## What one writes

circle-write = Write to the circle
circle-sending = Sending
circle-delivered = { $of ->
        [one] Delivered
       *[other] Delivered to all { $of }
    }
circle-delivered-some = Sent to { $has } of { $of }
circle-missed = Not delivered to { $names }
circle-missed-somebody = Not delivered to somebody
circle-note-nobody = nobody is here to hear it. It is below; send it when somebody comes.
circle-note-too-fast = you wrote faster than a circle takes. It is back below; send it in { $secs } s.
circle-note-too-fast-now = you wrote faster than a circle takes. It is back below; send it now.

## Over it

circle-key-of = The key of { $name }
circle-key-own = Your key here
circle-key-how = Ask { $name } to read their own key to you, by phone or face to face. If it is the same, nobody stands between you two.
circle-key-how-own = This is what the others see of you. Read it to whoever wants to compare: you show it for this visit only.
circle-key-label = { $whose }: { $key }
circle-code-title = The code of this circle
circle-code-how = Read it to those who shall come, or send it over a way that nobody else reads. It is good as long as somebody is here.
circle-code-copy = Copy the code

## When it ends

circle-others = To another circle
close-words = { $circle }: what you wrote was not sent, or has not reached everybody. It is gone with the window.

## Notices

notice-circle-came = { $name } came
