//! The checker's waits, buffers and counts: each has its name and its bound, here or
//! above the one function that it is about.
//!
//! What a program may take, an instructor can set: that is its allowance.

use std::time::Duration;

/// How long the checker waits for anything that must come. Only a program that
/// stays silent where it should speak costs this much; load alone never does.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long one thing may take to come whole once it has begun: a response head,
/// a frame, an event. Whoever sends a byte a second is never silent, and never done.
pub const WHOLE: Duration = Duration::from_secs(10);

/// How long a program may take until it says where it is: it may have a key to
/// make first, beside others that do the same.
pub const START: Duration = Duration::from_secs(10);

/// The same for a program that computes all that time, as one in an interpreted
/// language does that makes a key on a busy machine.
pub const BUSY_START: Duration = Duration::from_secs(25);

/// How often a step is played before a difference of time counts, and an answer
/// is asked for before its lateness does.
pub const LOOKS: usize = 3;

/// How long the end of a scene may take after its script: programs and pages go,
/// pictures are taken, what was said is compared.
pub const SCENE_END: Duration = Duration::from_secs(15);

/// How many clients say nothing at once: more than a pool of threads holds that
/// nobody has thought about, and few enough that a program may have a process for
/// each of them within its allowance.
pub const SILENT_CLIENTS: usize = 24;

/// Within which a newcomer's handshake is over while [`SILENT_CLIENTS`] say nothing: who
/// waits for each of them in turn takes longer with a limit of 42 ms, which no handshake
/// over a network keeps.
pub const PROMPT_HANDSHAKE: Duration = Duration::from_secs(1);

/// How long an ended program's last output is awaited.
pub const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long the rest of a log line is awaited that a message has broken in two: both
/// come in one write, unless a program goes out of its way.
pub const REST_OF_LINE: Duration = Duration::from_millis(4);

/// How long the reason for a lost connection is awaited on standard error: it
/// was written before the connection went, and comes by another way.
pub const REASON: Duration = Duration::from_millis(30);

/// How long a browser may take until its DevTools listen: a cold start on a busy
/// machine, its files not yet in memory.
pub const BROWSER_START: Duration = Duration::from_secs(20);

/// How long a browser on a machine with time for it takes at most to say its version;
/// it says it in a few milliseconds.
pub const BROWSER_PROMPT: Duration = Duration::from_millis(200);

/// How often, in all, the waits for a page begin anew while its browser is slower than
/// that, or the machine has more to do than it can.
pub const BUSY_LOOKS: usize = 5;

/// How long those who write into a directory may take to go, once they are ended,
/// until it is removed.
pub const SCRATCH_END: Duration = Duration::from_secs(2);

/// Between two attempts at that.
pub const SCRATCH_PAUSE: Duration = Duration::from_millis(5);

/// How long a page is waited for before it is looked at again.
pub const PAGE_LOOK: Duration = Duration::from_millis(50);

/// The largest message of a browser that is read, in bytes.
pub const BROWSER_MESSAGE: usize = 16 << 20;

/// How much a browser may tell about one page, in bytes. The longest message of a
/// script counts four times: sent, received, and logged at both.
pub const BROWSER_WORDS: usize = 6 << 20;

/// How long a check waits for an article's port that another check has.
pub const TURN: Duration = Duration::from_secs(15);

/// How long the end of a stream is listened for behind the last event that is heard: it
/// comes with that event, or not at all.
pub const STREAM_END: Duration = Duration::from_millis(20);

/// How many ports are tried for one that nobody listens on.
pub const PORTS: usize = 100;

/// Between two tries to connect to a program that has just started.
pub const CONNECT_PAUSE: Duration = Duration::from_millis(2);

/// The longest log line that is kept whole, in bytes. Must hold `Reçu : ` and
/// the longest message of any script.
pub const LOG_LINE: usize = 4 << 20;

/// The largest HTTP head, in bytes, and its most headers.
pub const HEAD_BYTES: usize = 64 << 10;
/// See [`HEAD_BYTES`].
pub const HEAD_HEADERS: usize = 100;

/// The largest response body that is read, in bytes.
pub const BODY_BYTES: usize = 1 << 20;

/// Bytes that are read after the last one that should have come.
pub const REST_BYTES: usize = 64 << 10;

/// The largest file of a program's that is read, in bytes.
pub const FILE_BYTES: u64 = 1 << 20;

/// The largest WebSocket message that is read, in bytes: 1 MiB comes back with
/// a prefix, and bytes that are not UTF-8 come back threefold.
pub const MESSAGE_BYTES: usize = 4 << 20;

/// The most pings and pongs that a client takes and has not asked for.
pub const UNASKED: usize = 100;

/// How long a client's own pong is awaited once another has come: unasked ones are
/// lawful, and so is this order.
pub const RIGHT_PONG: Duration = Duration::from_secs(2);

/// Between two pieces of one frame, so that a program reads them apart. Nothing is
/// judged by it.
pub const PIECE_PAUSE: Duration = Duration::from_millis(2);

/// The most frames of one message.
pub const MESSAGE_FRAMES: usize = 65_536;

/// The longest line of an event stream, in bytes.
pub const STREAM_LINE: usize = 64 << 10;

/// The most lines one event may have.
pub const EVENT_LINES: usize = 64;

/// The most blocks of comments, and of empty lines, that are read before an event.
pub const SILENT_BLOCKS: usize = 256;

/// The longest text of one entry, in characters; a longer one is cut, and says so.
pub const ENTRY_TEXT: usize = 4096;

/// Bytes kept with an entry for `--hex`.
pub const ENTRY_BYTES: usize = 4096;

/// Between two looks at what a program takes: long enough to cost nothing, short
/// enough that it cannot take much more than it may.
pub const WATCH_PAUSE: Duration = Duration::from_millis(50);

/// The most processes of one program, and entries of its directory, that a look
/// goes through.
pub const WATCHED: usize = 4096;

/// Threads of a program for each process that it may have: a runtime keeps hundreds of
/// them for calls that block.
pub const THREADS: u64 = 64;

/// How long processes that a program has left behind are looked for.
pub const LEFT_BEHIND: Duration = Duration::from_secs(2);

/// The disk of an island, in bytes: the directories of a chapter's programs, each of
/// which has its own limit, and a browser's files.
pub const ISLAND_DISK: u64 = 1 << 30;

/// The memory that a browser may share with itself there, in bytes.
pub const SHARED_MEMORY: u64 = 512 << 20;

/// The most Unix sockets of others that an island hides.
pub const ISLAND_SOCKETS: usize = 4096;
