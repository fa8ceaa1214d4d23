//! What a difference means in ch03, and what to do about it.

use crate::{
    chapter::Lesson,
    chapters::ch02_wss_echo::{breaches::STAYS, departures::LOGGED_TWICE},
};

pub use crate::chapters::ch02_wss_echo::lessons::START;

pub const RESPONSE: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("| Client connecté") && case.got("| Client déconnecté"),
        why: "Who asks for the page has not come, and the end of that connection is no departure.",
        next: "Log a departure only of a client whose arrival is in the log.",
        book: "one-address-two-answers",
    },
    Lesson {
        when: |case| case.wants("HTTP/1.1 200"),
        why: "A browser that opens the address asks GET / without an upgrade: that is where the \
            page belongs.",
        next: "Answer a plain GET / with the page, and an upgrade with a WebSocket.",
        book: "one-address-two-answers",
    },
    Lesson {
        when: |case| case.wants("content-type"),
        why: "With another type the browser shows the source, or reads é as two letters (RFC 9110 \
            8.3).",
        next: "Send content-type: text/html; charset=utf-8.",
        book: "one-address-two-answers",
    },
    Lesson {
        when: |_| true,
        why: "The page and the socket share an address: the request that asks for an upgrade must \
            still get its WebSocket, as in chapter 2.",
        next: "Let the upgrade go first, and answer with the page only when there is none.",
        book: "one-address-two-answers",
    },
];

pub const SERVER: &[Lesson] = &[
    Lesson {
        book: "one-address-two-answers",
        ..STAYS
    },
    Lesson {
        when: |case| case.wants("one line of the log"),
        why: "A message is one line of the log, whatever is in it: its control characters are \
            escaped there, and everything else stands as it came.",
        next: "Escape control characters, U+2028 and U+2029 for the log, as in chapter 2.",
        book: "one-address-two-answers",
    },
    Lesson {
        when: |case| !case.wants("| Client déconnecté") && case.got("| Client déconnecté"),
        book: "one-address-two-answers",
        ..LOGGED_TWICE
    },
    Lesson {
        when: |case| case.wants("| Client déconnecté"),
        why: "However a connection ends, with a close, without a word or with a broken rule, it is \
            one departure, and logged: also where a page is served beside it.",
        next: "Log it at one place, through which every end of the conversation passes.",
        book: "one-address-two-answers",
    },
    Lesson {
        when: |_| true,
        why: "Behind its page the server is chapter 2's: what it says, what it logs and what it \
            does not put up with are the same.",
        next: "Play chapter 2's own steps against this program, as the page says: they tell more.",
        book: "one-address-two-answers",
    },
];

pub const DOCUMENT: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("lang: "),
        why: "A screen reader chooses its voice by `lang`: French read by an English voice is \
            hard to understand (WHATWG HTML 3.2.6.2).",
        next: "Write <html lang=\"fr\">.",
        book: "the-document",
    },
    Lesson {
        when: |_| true,
        why: "People find the field and the button by their words, scripts by their ids; both are \
            in the contract.",
        next: "Compare the line above with your HTML.",
        book: "the-document",
    },
];

pub const SOCKET: &[Lesson] = &[
    Lesson {
        when: |case| case.got("opens ws:"),
        why: "A page that came by https may open wss: and no ws: (mixed content). Browsers look \
            away on localhost, and nowhere else; and this server speaks TLS alone.",
        next: "Open a WebSocket to `wss://` and location.host.",
        book: "the-address",
    },
    Lesson {
        when: |case| case.later("Sec-WebSocket-Protocol"),
        why: "The page offered a subprotocol and the server took none: a browser then ends the \
            connection.",
        next: "Leave out the second argument of new WebSocket.",
        book: "the-address",
    },
    Lesson {
        when: |case| case.wants("wss://127.0.0.1:"),
        why: "One server has several names. This page came from 127.0.0.1, and its socket goes to \
            another name, which may be another machine tomorrow.",
        next: "Open a WebSocket to `wss://` and location.host, which is name and port.",
        book: "the-address",
    },
    Lesson {
        when: |_| true,
        why: "The page must speak to the server that it came from, whatever its port is today.",
        next: "Open a WebSocket to `wss://` and location.host when the page loads.",
        book: "the-address",
    },
];

const ATTRIBUTE: Lesson = Lesson {
    when: |case| case.got("<p "),
    why: "The conversation is compared as it stands in the DOM, and an attribute is a part of that: \
        here a line is a <p> without any.",
    next: "Append a <p> without attributes: a style sheet finds it as `#messages p`.",
    book: "a-paragraph-a-line",
};

pub const WELCOME: &[Lesson] = &[
    ATTRIBUTE,
    Lesson {
        when: |case| case.got("< <") && !case.got("<p>"),
        why: "Each line is a paragraph of its own, a <p> right inside #messages.",
        next: "Make a <p> for each line, and append it to #messages.",
        book: "a-paragraph-a-line",
    },
    Lesson {
        when: |case| case.got("[object "),
        why: "A listener is given an event; the text that came is one of its members.",
        next: "Show event.data.",
        book: "open-and-message",
    },
    Lesson {
        when: |case| case.got("< #"),
        why: "Inside #messages are paragraphs, one a line, and nothing between them: CSS keeps \
            lines apart.",
        next: "Append the <p> alone.",
        book: "a-paragraph-a-line",
    },
    Lesson {
        when: |case| case.wants("Connecté au serveur") && case.later("<p>Connecté au serveur"),
        why: "A conversation is read from top to bottom: the newest line is the last.",
        next: "Append each line at the end of #messages.",
        book: "a-paragraph-a-line",
    },
    Lesson {
        when: |case| case.wants("Connecté au serveur") && case.is_nearly(),
        why: "The line is there, and in other words than were agreed on. They are compared byte for \
            byte: accents are UTF-8.",
        next: "Compare the two lines from the caret on.",
        book: "open-and-message",
    },
    Lesson {
        when: |case| case.wants("Connecté au serveur"),
        why: "Between the page and its first message there is a moment in which nothing works; \
            the reader is told when it is over.",
        next: "Append a <p> with this text alone when the socket's `open` event comes. Where you do: \
            does what makes the <p> append it too?",
        book: "open-and-message",
    },
    Lesson {
        when: |case| case.wants("<p>Serveur : ") && case.got("<p>") && case.is_nearly(),
        why: "The message stands on the page, and in other words than were agreed on. They are \
            compared byte for byte: French has a space before the colon, U+0020 here.",
        next: "Compare the two lines from the caret on.",
        book: "open-and-message",
    },
    Lesson {
        when: |case| case.wants("<p>"),
        why: "Each message is a paragraph of its own: `Serveur : ` and its text.",
        next: "Make a <p> for each `message` event, and append it to #messages.",
        book: "open-and-message",
    },
    Lesson {
        when: |case| case.got("console") || case.got("browser "),
        why: "The console is where a developer looks for trouble, and here there is none.",
        next: "Take out what was printed for trying, and see to the rest.",
        book: "the-document",
    },
];

pub const SEND: &[Lesson] = &[
    ATTRIBUTE,
    Lesson {
        when: |case| {
            let on_button = |line: String| line.contains("Enter on the button");
            case.got("<p>Vous : </p>") && case.before().any(on_button)
        },
        why: "Enter on a button presses it, and that is a click. A listener for the key on the \
            whole page sends once more.",
        next: "Listen for the key in the field alone, or send at the form's `submit` event.",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("  deux  espaces "),
        why: "Spaces are a part of the text, at its ends and side by side: what was typed is what \
            is sent and shown.",
        next: "Take the field's value as it is, without trim().",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("the field: "),
        why: "A field that keeps its text invites a second click, and a second message.",
        next: "Empty the field after the text has been sent.",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("<p>Vous : </p>"),
        why: "An empty field sends an empty message, as in the article: a message of no bytes is a \
            message like any other.",
        next: "Send the field's value whatever is in it.",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("Vous : ") && case.got("Serveur : "),
        why: "Who reads the conversation looks for both sides of it: what was sent stands before \
            its answer.",
        next: "Append `Vous : ` and the text when you send it.",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("Serveur : ") && case.got("<p>Vous : "),
        why: "One click or one Enter sends one message. Enter in a field submits its form, so a \
            listener for the key would send it once more.",
        next: "Send at the form's `submit` event alone.",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("<p>Vous : ") && case.got("<p>Vous : </p>"),
        why: "What stands there was sent after the field had been emptied: its text was gone by \
            then.",
        next: "Send and show the field's value first, and empty the field last.",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("Vous : ") && case.got("<p>") && case.is_nearly(),
        why: "What was sent stands on the page, and in other words than were agreed on. They are \
            compared byte for byte: French has a space before the colon, U+0020 here.",
        next: "Compare the two lines from the caret on.",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("Vous : Ça va") && case.got("does not grow"),
        why: "A click on the button submits its form, and what was sent stands on the page as \
            `Vous : ` and the text. Nothing came of the first click.",
        next: "See whether the form's `submit` event reaches your code, and what your code makes of \
            it there: does it take the socket for open?",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("Vous : "),
        why: "What was sent stands on the page as `Vous : ` and the text: by a click, by Enter in \
            the field, and when the text is empty.",
        next: "Put the field and the button into a form, and send at its `submit` event.",
        book: "sending",
    },
    Lesson {
        when: |case| case.wants("Serveur : "),
        why: "The server's answer to what was sent stands on the page too, as it came.",
        next: "Send the field's value as it is, once.",
        book: "sending",
    },
];

pub const LONG: &[Lesson] = &[
    ATTRIBUTE,
    Lesson {
        when: |case| case.wants("Vous : "),
        why: "A text of 100 000 letters is long, and still one message.",
        next: "Look for a limit in the page: maxlength on the field, say.",
        book: "sending",
    },
    Lesson {
        when: |_| true,
        why: "A message of this length comes in several frames, which are one message until one \
            has FIN set (RFC 6455 5.4); Chromium sends such frames above 131 000 bytes.",
        next: "Put the frames together before you answer, and look for a limit on messages.",
        book: "sending",
    },
];

pub const MARKUP: &[Lesson] = &[ATTRIBUTE, Lesson {
    when: |case| case.got("&amp;lt;"),
    why: "The text was escaped twice: textContent takes it as it is, and makes no elements.",
    next: "Set textContent to the text itself.",
    book: "text-is-not-markup",
}, Lesson {
    when: |_| true,
    why: "What arrives is text. Put into innerHTML it becomes markup: whoever writes to you can \
        then run code in your page.",
    next: "Set textContent, which makes no elements.",
    book: "text-is-not-markup",
}];

pub const TWO_PAGES: &[Lesson] = &[ATTRIBUTE, Lesson {
    when: |_| true,
    why: "Two people have the page open, each with a conversation of their own.",
    next: "Let the server answer the socket that spoke, and no other.",
    book: "sending",
}];

pub const NOT_CONNECTED: &[Lesson] = &[
    ATTRIBUTE,
    Lesson {
        when: |case| case.wants("lines before the socket"),
        why: "The page says that it is connected before it is: its reader writes, and nothing \
            leaves.",
        next: "Append the line when the socket's `open` event comes.",
        book: "open-and-message",
    },
    Lesson {
        when: |case| case.wants("new words on the page"),
        why: "Nothing can be sent now, and the page has no words that say so. A button that cannot \
            be pressed needs them too, and a dialog is gone when it is shut.",
        next: "Show a sentence outside #messages, in an element with role=\"status\", say.",
        book: "not-connected",
    },
    Lesson {
        when: |case| case.wants("the field: "),
        why: "The text could not be sent, and now it is gone: its writer must type it again.",
        next: "Empty the field only after the text has been sent.",
        book: "not-connected",
    },
    Lesson {
        when: |case| case.got("Déconnecté du serveur"),
        why: "That the connection has ended is a line for the console; #messages is the \
            conversation, and stays as it was.",
        next: "console.log the line in the listener for `close`, and append nothing there.",
        book: "the-close",
    },
    Lesson {
        when: |case| case.got("Vous : "),
        why: "The page claims to have sent what the server never got: send() on a closed socket \
            drops it without an error.",
        next: "Look at readyState first, and append `Vous : ` only to what was sent.",
        book: "not-connected",
    },
    Lesson {
        when: |case| case.wants("#messages: "),
        why: "What stands in the conversation has happened: lines of both sides, and no others.",
        next: "Show a sentence about the connection elsewhere, in an element with role=\"status\", say.",
        book: "not-connected",
    },
];

pub const SERVER_GONE: &[Lesson] = &[Lesson {
    when: |case| case.wants("console.") && case.got("console.") && case.later(case.expected),
    why: "The line of the contract comes, and another one before it, printed for trying perhaps.",
    next: "Take out what was printed besides.",
    book: "the-close",
}, Lesson {
    when: |case| case.wants("console.") && case.got("console."),
    why: "The page says on the console that the connection has ended, and in other words than \
        were agreed on. They are compared byte for byte: accents are UTF-8.",
    next: "Compare the two lines from the caret on.",
    book: "the-close",
}, Lesson {
    when: |case| !case.wants("console.") && case.got("console."),
    why: "The connection ended once, and the console says it twice.",
    next: "Print the line in one listener.",
    book: "the-close",
}, Lesson {
    when: |_| true,
    why: "When the connection ends, in order or not, the page says so on the console; without a \
        word a developer sees a page that looks connected.",
    next: "Listen for the socket's `close` event, and console.log the line.",
    book: "the-close",
}];
