//! What a difference means in ch01, and what to do about it.

use crate::chapter::Lesson;

pub const CERTIFICATE: &[Lesson] = &[
    Lesson {
        when: |case| case.got("is not there"),
        why: "In an empty directory the program makes its own pair, so that a newcomer needs no \
            other tool, and finds it again at the next start.",
        next: "Write the certificate to cert.pem and its key to key.pem before serving.",
        book: "two-files",
    },
    Lesson {
        when: |case| {
            let three = ["DNS localhost", "IP 127.0.0.1", "IP ::1"];
            case.wants("cert.pem names") && three.into_iter().all(|name| case.got(name))
        },
        why: "The three names are there, and others beside them. Whoever trusts this certificate \
            trusts its key for every name in it (RFC 5280 4.2.1.6).",
        next: "Name localhost, 127.0.0.1 and ::1, and nothing else.",
        book: "the-certificate",
    },
    Lesson {
        when: |case| case.wants("cert.pem names"),
        why: "A client looks for the name it dialled among the subject alternative names (RFC \
            9525 6.3), and nowhere else. https://localhost, https://127.0.0.1 and https://[::1] are \
            three names.",
        next: "Give rcgen all three: localhost, 127.0.0.1 and ::1.",
        book: "the-certificate",
    },
    Lesson {
        when: |case| case.wants("valid now"),
        why: "A certificate counts only between its two dates (RFC 5280 4.1.2.5).",
        next: "Let it begin in the past, a day ago say, and end some months from now.",
        book: "the-certificate",
    },
    Lesson {
        when: |case| case.got("keyCertSign"),
        why: "keyCertSign says that this key signs other certificates, and only a CA's may \
            (RFC 5280 4.2.1.3 and 4.2.1.9). Clients differ in what they make of a certificate that \
            says so and is no CA.",
        next: "Leave keyCertSign out: with rcgen, key_usages of DigitalSignature is enough.",
        book: "the-certificate",
    },
    Lesson {
        when: |case| case.wants("not a CA"),
        why: "Whoever trusts a CA certificate trusts everything that its key signs (RFC 5280 \
            4.2.1.9). A key that lies in a working directory must not be worth that much.",
        next: "Make a certificate for a server: with rcgen, leave is_ca as it is, or IsCa::NoCa.",
        book: "the-certificate",
    },
    Lesson {
        when: |case| case.wants("signed by itself"),
        why: "Whoever is given this certificate to trust checks it before they use it: the names \
            of subject and issuer, the signature, what the key is for (RFC 5280 6.1). Nobody else \
            has signed it, so its own key does.",
        next: "Sign the certificate with the key whose public half is in it, for a server.",
        book: "the-certificate",
    },
    Lesson {
        when: |case| case.wants("X.509"),
        why: "What a client gets in the handshake is an X.509 certificate of version 3 (RFC 5280 \
            4.1): older versions have no place for the names.",
        next: "Let a library write the certificate: rcgen's are version 3.",
        book: "the-certificate",
    },
    Lesson {
        when: |case| case.wants("PKCS#8"),
        why: "`BEGIN PRIVATE KEY` is PKCS#8 (RFC 5958), the form that every TLS library reads \
            whatever the kind of key.",
        next: "Write the key as PKCS#8: rcgen's serialize_pem does.",
        book: "two-files",
    },
    Lesson {
        when: |case| case.got("does not hold"),
        why: "The public half of a key of this kind was looked for inside key.pem, and the one of \
            cert.pem is not there: it is another key, or one written without its public half.",
        next: "Write the key that signed this certificate, on the curve P-256 if you can choose.",
        book: "two-files",
    },
    Lesson {
        when: |case| case.wants("belongs to cert.pem"),
        why: "A server proves that it owns its certificate by signing with the key whose public \
            half is inside it (RFC 8446 4.4.3). With another key every handshake fails.",
        next: "Write the key that signed this certificate, not a new one.",
        book: "two-files",
    },
    Lesson {
        when: |case| case.wants("has mode"),
        why: "Whoever can read key.pem can be your server. Mode 0600 lets its owner read it, and \
            nobody else.",
        next: "Create the file with mode 0600 from the first moment: a later chmod comes too late.",
        book: "two-files",
    },
    Lesson {
        when: |case| case.wants("is as it was"),
        why: "A new pair at each start makes every exception in every browser void. What is there \
            is used, and left as it is.",
        next: "When both files exist, read them, and write nothing.",
        book: "two-files",
    },
    Lesson {
        when: |case| case.got("not the one in cert.pem"),
        why: "The certificate in the handshake is not the one in the file: whoever trusts the \
            file refuses the server.",
        next: "Serve with the pair that you wrote.",
        book: "two-files",
    },
];

pub const GIVEN_PAIR: &[Lesson] = &[
    Lesson {
        when: |case| case.got("has mode"),
        why: "The key was its owner's alone when it was written, and is not any more: whoever can \
            read key.pem can be your server.",
        next: "Look for what changes the mode after the start; nothing needs to.",
        book: "two-files",
    },
    Lesson {
        when: |case| case.got("not the one in cert.pem"),
        why: "Both files were there, and the program showed another certificate.",
        next: "When cert.pem and key.pem exist, load them instead of making new ones.",
        book: "two-files",
    },
    Lesson {
        when: |case| case.wants("is as it was"),
        why: "The files belong to whoever put them there: a certificate may have cost work to \
            get.",
        next: "When both files exist, read them, and write nothing.",
        book: "two-files",
    },
    Lesson {
        when: |case| case.got("handshake"),
        why: "TCP connects, and TLS does not come about: the certificate or its key cannot be \
            used as they were loaded.",
        next: "Look at how the pair goes from the files into the TLS configuration.",
        book: "the-tls-configuration",
    },
];

const EXIT_CODE: Lesson = Lesson {
    when: |case| case.wants("exits with code 1") && case.got("exits with code"),
    why: "The exit code tells scripts what happened: 1 is a pair that does not hold. A panic \
        is 101.",
    next: "Return the error to main, print it, and end with ExitCode::from(1).",
    book: "when-the-pair-does-not-hold",
};

const SILENCE: Lesson = Lesson {
    when: |case| case.wants("names the file") && case.got("nothing on standard error"),
    why: "Without a word on standard error nobody knows which file to look at.",
    next: "Print one line with eprintln!: the file, what is the matter, what to do.",
    book: "when-the-pair-does-not-hold",
};

const COMPLAINT: Lesson = Lesson {
    when: |case| case.wants("names the file"),
    why: "One line that names the file and what to do helps; a page of internals, or a line \
        without the name, sends its reader searching.",
    next: "Print one line with eprintln!: the file, what is the matter, what to do.",
    book: "when-the-pair-does-not-hold",
};

const UNTOUCHED: Lesson = Lesson {
    when: |case| case.wants("is as it was"),
    why: "A file that does not parse, or that lacks its other half, may still be the only \
        copy of something. It is not the program's to replace.",
    next: "Make a new pair only when neither file is there.",
    book: "when-the-pair-does-not-hold",
};

const TOO_EARLY: Lesson = Lesson {
    when: |case| case.got("| Serveur"),
    why: "The start line says that clients can come. Whoever prints it before the pair is read has \
        said so of a server that never serves.",
    next: "Read the pair, bind the listener, and print the start line last.",
    book: "when-the-pair-does-not-hold",
};

const REFUSED: Lesson = Lesson {
    when: |case| case.got("refuses them"),
    why: "These two files are a certificate and its own key, both PEM, made anew for each check. A \
        program that refuses them refuses everything.",
    next: "Look at what it compares, and at the words on standard error.",
    book: "when-the-pair-does-not-hold",
};

pub const HALF_A_PAIR: &[Lesson] = &[
    REFUSED,
    TOO_EARLY,
    Lesson {
        when: |case| case.got("still running"),
        why: "One file is there and the other is not. A new pair would replace what may be the \
            only copy of something, and a server without a pair has nothing to serve with: only \
            the owner of the files can say what is right.",
        next: "Make a pair only when neither file is there; otherwise say so and end with 1.",
        book: "when-the-pair-does-not-hold",
    },
    EXIT_CODE,
    SILENCE,
    COMPLAINT,
    UNTOUCHED,
];

pub const BAD_PAIR: &[Lesson] = &[
    REFUSED,
    TOO_EARLY,
    Lesson {
        when: |case| case.wants("exits with code 1") && case.got("still running"),
        why: "The program goes on with a pair that cannot work. Whoever connects finds out one \
            by one, with an error that says nothing.",
        next: "Check the pair before you listen, and end with exit code 1 when it does not hold.",
        book: "when-the-pair-does-not-hold",
    },
    EXIT_CODE,
    SILENCE,
    COMPLAINT,
    UNTOUCHED,
];

pub const VERSIONS: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("TLS 1.") && case.got("no protocol chosen"),
        why: "The client offered http/1.1 by ALPN (RFC 7301) and got no answer. Without one each \
            side guesses which protocol follows the handshake.",
        next: "Set alpn_protocols to http/1.1 in the server's TLS configuration.",
        book: "the-tls-configuration",
    },
    Lesson {
        when: |case| case.got("handshake"),
        why: "Clients of the last ten years speak TLS 1.3, TLS 1.2 or both; this handshake \
            offered one of them alone and failed.",
        next: "Allow both versions in the TLS configuration; with rustls 1.2 needs the feature tls12.",
        book: "the-tls-configuration",
    },
    Lesson {
        when: |case| case.got("agrees to TLS 1.1"),
        why: "TLS 1.0 and 1.1 are deprecated (RFC 8996): their hashes no longer protect anyone.",
        next: "Set the lowest version to TLS 1.2.",
        book: "the-tls-configuration",
    },
    Lesson {
        when: |case| case.wants("HTTP/1.1 200"),
        why: "The handshake came about, and the request inside it was not answered with 200.",
        next: "Look at what happens to the stream after the handshake.",
        book: "the-tls-configuration",
    },
];

pub const NOT_TLS: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("no HTTP answer"),
        why: "On a TLS port everything is encrypted or it is nothing: an answer in the clear \
            tells a client that it may go on in the clear.",
        next: "Let only finished TLS handshakes reach your HTTP code; close the others.",
        book: "one-handshake-one-task",
    },
    Lesson {
        when: |case| case.got("bob"),
        why: "Bytes of one client disturbed another one.",
        next: "Let an error of one connection end that connection alone, never the accept loop.",
        book: "one-handshake-one-task",
    },
    Lesson {
        when: |case| case.got("nothing listens") || case.got("the program"),
        why: "A client that does not speak TLS took the whole server down.",
        next: "Let an error of one connection end that connection alone, never the accept loop.",
        book: "one-handshake-one-task",
    },
];

pub const SLOW_HANDSHAKES: &[Lesson] = &[Lesson {
    when: |_| true,
    why: "Bob waits because others have connected and say nothing. A handshake is a \
        conversation: in an accept loop one silent client stops everyone, and in a pool of \
        workers as many as the pool has.",
    next: "Accept TCP in the loop, and do each TLS handshake in a task of its own.",
    book: "one-handshake-one-task",
}];

pub const PAGE: &[Lesson] = &[
    Lesson {
        when: |case| {
            case.got(" for 5 s") && case.before().any(|line| line == "* alice connects by TLS")
        },
        why: "Alice has shaken hands and asks nothing yet, and Bob waits for her to leave. A \
            connection may stay open without a request (RFC 9112 9.3), and others cannot wait for it.",
        next: "Read and answer where the handshake is: in the task or thread of that connection.",
        book: "one-handshake-one-task",
    },
    Lesson {
        when: |case| case.wants("content-type"),
        why: "The body has an accent, which is two bytes in UTF-8; a client that is not told the \
            charset may read them as two letters (RFC 9110 8.3).",
        next: "Send content-type: text/plain; charset=utf-8.",
        book: "the-answer",
    },
    Lesson {
        when: |case| case.wants("Connexion"),
        why: "The body is compared byte for byte: accents are UTF-8, and it ends with one line \
            feed.",
        next: "Compare from the caret on; a missing \\n at the end is easy to overlook.",
        book: "the-answer",
    },
    Lesson {
        when: |case| case.wants("404"),
        why: "What is not there is 404 (RFC 9110 15.5.5).",
        next: "Answer only / with the text, and every other path with 404, whatever it is.",
        book: "the-answer",
    },
    Lesson {
        when: |case| case.wants("HTTP/1.1 200"),
        why: "GET / is the one page of this chapter.",
        next: "Add a route for GET / that answers with the text.",
        book: "the-answer",
    },
];
