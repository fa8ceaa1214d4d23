//! ch01: a certificate that the program makes itself, and HTTPS with it.

mod lessons;

use crate::{
    chapter::{Chapter, Step},
    recorder::{
        Port, Stage,
        files::{FILES, Pair},
        tls::Offer,
    },
};

/// The chapter.
pub const CHAPTER: Chapter = Chapter {
    slug: "ch01-https-setup",
    title: "HTTPS setup",
    port: 8080,
    browser: false,
    known: "A certificate binds a key to names, and a client looks for the name it dialled among the \
            subject alternative names and nowhere else. The key stays with its owner, in a file that \
            nobody else may read. TLS agrees on a version and, by ALPN, on what is spoken \
            afterwards, before the first byte of HTTP; that handshake is a conversation with a \
            stranger, so it gets a task and a limit of its own, and nobody else waits for it.",
    steps: &[
        Step {
            name: "certificate",
            title: "makes a certificate and its key",
            script: |stage| Box::pin(certificate(stage)),
            lessons: lessons::CERTIFICATE,
        },
        Step {
            name: "half-a-pair",
            title: "refuses half a pair",
            script: |stage| Box::pin(half_a_pair(stage)),
            lessons: lessons::HALF_A_PAIR,
        },
        Step {
            name: "broken-pair",
            title: "refuses files that do not parse",
            script: |stage| Box::pin(broken_pair(stage)),
            lessons: lessons::BAD_PAIR,
        },
        Step {
            name: "mixed-pair",
            title: "refuses another certificate's key",
            script: |stage| Box::pin(mixed_pair(stage)),
            lessons: lessons::BAD_PAIR,
        },
        Step {
            name: "start",
            title: "starts, and says where",
            script: |stage| Box::pin(start(stage)),
            lessons: &[],
        },
        Step {
            name: "given-pair",
            title: "serves with the pair that is there",
            script: |stage| Box::pin(given_pair(stage)),
            lessons: lessons::GIVEN_PAIR,
        },
        Step {
            name: "versions",
            title: "speaks TLS 1.3 and 1.2, none older",
            script: |stage| Box::pin(versions(stage)),
            lessons: lessons::VERSIONS,
        },
        Step {
            name: "slow-handshakes",
            title: "lets no slow handshake delay others",
            script: |stage| Box::pin(slow_handshakes(stage)),
            lessons: lessons::SLOW_HANDSHAKES,
        },
        Step {
            name: "not-tls",
            title: "gives no answer without TLS",
            script: |stage| Box::pin(not_tls(stage)),
            lessons: lessons::NOT_TLS,
        },
        Step {
            name: "page",
            title: "answers / and nothing else",
            script: |stage| Box::pin(page(stage)),
            lessons: lessons::PAGE,
        },
        Step {
            name: "port",
            title: "takes the article's port by itself",
            script: |stage| Box::pin(port(stage)),
            lessons: &[],
        },
    ],
};

async fn start(stage: &mut Stage) {
    stage.puts_pair();
    stage.starts(Port::Given).await;
    let line = stage.says_where().await;
    stage.shows(&line);
    stage.says_free_port().await;
}

/// An empty directory: what the program leaves in it counts, also when it
/// cannot go on from there.
async fn certificate(stage: &mut Stage) {
    stage.starts(Port::Free).await;
    stage.waits_for_start_line_or_end().await;
    stage.reads_pair();
}

/// The second start finds what the first has made, and the key is still its owner's
/// alone when someone has been served; the third finds what the checker has put there,
/// a pair of another kind than most programs make.
async fn given_pair(stage: &mut Stage) {
    stage.opens().await;
    let before = stage.remembers_pair();
    stage.ends_program().await;
    stage.opens().await;
    stage.compares_pair(&before);
    stage.connects_by_tls("").await;
    stage.ends_program().await;
    stage.reads_mode();
    stage.pen().act("cert.pem and key.pem are another pair, of RSA");
    let rsa = Pair::rsa();
    stage.puts(FILES[0], &rsa.certificate);
    stage.puts(FILES[1], &rsa.key);
    let before = stage.remembers_pair();
    stage.opens().await;
    stage.connects_by_tls("").await;
    stage.compares_pair(&before);
}

/// What refuses everything has refused nothing: each of these steps begins with a pair
/// that holds. Whether the program serves with it is a later step's matter.
async fn holds(stage: &mut Stage) {
    stage.pen().act("cert.pem and key.pem are a pair");
    stage.puts_pair();
    stage.starts(Port::Free).await;
    stage.waits_for_start_line_or_end().await;
    stage.notices_refusal();
    stage.ends_program().await;
}

async fn half_a_pair(stage: &mut Stage) {
    holds(stage).await;
    for missing in FILES {
        stage.pen().act(format!("{missing} is not there"));
        stage.puts_pair();
        stage.removes(missing);
        refuses(stage, &FILES).await;
    }
}

async fn broken_pair(stage: &mut Stage) {
    holds(stage).await;
    for broken in FILES {
        stage.pen().act(format!("{broken} is not PEM"));
        stage.puts_pair();
        stage.puts(broken, "ceci n'est pas un fichier PEM\n");
        refuses(stage, &[broken]).await;
    }
    // A copy that found no room: two files, and nothing in either.
    stage.pen().act("cert.pem and key.pem are empty");
    FILES.iter().for_each(|name| stage.puts(name, ""));
    refuses(stage, &FILES).await;
    // Half a copy: PEM on the outside, and inside not what it says it is.
    for broken in FILES {
        stage.pen().act(format!("{broken} lacks a line"));
        stage.puts_pair();
        stage.removes_line(broken, 2);
        refuses(stage, &[broken]).await;
    }
}

async fn mixed_pair(stage: &mut Stage) {
    holds(stage).await;
    stage.pen().act("key.pem belongs to another certificate");
    stage.puts_pair();
    if let Ok(other) = Pair::fresh() {
        stage.puts(FILES[1], &other.key);
    }
    refuses(stage, &FILES).await;
}

/// The program must end with code 1, one line that names a file, and nothing
/// changed.
async fn refuses(stage: &mut Stage, names: &[&str]) {
    let before = stage.remembers_pair();
    stage.starts(Port::Free).await;
    stage.exits().await;
    stage.complains(names).await;
    stage.compares_pair(&before);
    stage.ends_program().await;
}

/// With a pair that is there: a key takes some programs seconds to make, and an
/// earlier step has seen to that.
async fn open(stage: &mut Stage) {
    stage.puts_pair();
    stage.opens().await;
}

async fn versions(stage: &mut Stage) {
    open(stage).await;
    for offer in [Offer::Tls13, Offer::Tls12] {
        stage.connects_with("", offer, &["http/1.1"], true).await;
    }
    let client = stage.connects_with("", Offer::Any, &["h2", "http/1.1"], false).await;
    client.notes_http2();
    // Last, since a server that it takes down is the next step but one's matter.
    stage.old_tls().await;
}

async fn not_tls(stage: &mut Stage) {
    open(stage).await;
    stage.plain_http_to_tls().await;
    stage.nonsense().await;
    stage.connects_by_tls("bob").await;
}

async fn slow_handshakes(stage: &mut Stage) {
    open(stage).await;
    let _half = stage.half_handshake().await;
    let _silent = stage.silent_clients().await;
    stage.connects_by_tls_at_once("bob").await;
}

/// Who has shaken hands and asks nothing keeps nobody waiting either.
async fn page(stage: &mut Stage) {
    open(stage).await;
    let mut client = stage.connects_by_tls("").await;
    stage.notes_addresses();
    client.asks("GET", "/", stage.port(), &[]).await;
    client.hears_head(&["content-type"]).await;
    client.hears_body(true).await;
    client.leaves().await;
    let mut lost = stage.connects_by_tls("").await;
    let path = format!("/{}", stage.random_word());
    lost.asks("GET", &path, stage.port(), &[]).await;
    lost.hears_head(&[]).await;
    lost.hears_body(false).await;
    let _silent = stage.connects_by_tls("alice").await;
    let mut other = stage.connects_by_tls("bob").await;
    other.asks("GET", "/", stage.port(), &[]).await;
    other.hears_head(&[]).await;
    stage.notes_nagle().await;
}

async fn port(stage: &mut Stage) {
    stage.puts_pair();
    stage.takes_port(CHAPTER.port).await;
}
