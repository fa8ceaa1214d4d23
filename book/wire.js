// The page's language, and the panel that listens to the reader's own server.
{
    // The edition's link names the other language; mdBook has one for the whole book.
    const other = document.querySelector("main > .edition:first-child a[hreflang]");
    if (other) document.documentElement.lang = other.hreflang === "en" ? "fr" : "en";

    // What a key has opened, a key closes.
    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape") document.activeElement?.closest(".bytes")?.blur();
    });

    const LINES = 30; // lines that stay on the page
    const LETTERS = 200; // of one line
    const HEARD = 500; // messages until the panel hangs up by itself
    const PROBE = 3000; // milliseconds to see whether anybody answers at all

    const WORDS = {
        en: {
            connect: "Connect",
            stop: "Disconnect",
            send: "Send",
            say: "Your message",
            idle: (url) => `Not connected. The button opens ${url}, the server on your own machine.`,
            connecting: "Connecting…",
            open: "Connected. This is what the browser hears:",
            closed: (code) => `The connection has ended${code ? `, with code ${code}` : ""}.`,
            ended: "The stream has ended. A page's EventSource would connect again by itself; this panel does not.",
            stopped: "Disconnected.",
            enough: (n) => `${n} messages are enough for a page; disconnected.`,
            nobody: (url) => `Nobody answers at ${url}. Start your server, and press the button again.`,
            socket: (url) =>
                `No connection to ${url}, and the browser does not say why. Either your server does not run, ` +
                "or this browser has not yet accepted its certificate. Open the address below once, accept the " +
                "certificate, whatever the page shows, come back and press the button again.",
            refused: (url, origin) =>
                `The server at ${url} answers, and the browser does not hand its answer over. This page comes ` +
                `from another origin, ${origin}, and the answer has no access-control-allow-origin header that ` +
                "lets it in. Nothing is wrong with your server. Read the stream at its own address:",
            invalid: "This browser does not open such a connection from this page.",
            bytes: (n) => `${n} ${n === 1 ? "byte" : "bytes"}`,
        },
        fr: {
            connect: "Se connecter",
            stop: "Se déconnecter",
            send: "Envoyer",
            say: "Votre message",
            idle: (url) => `Pas de connexion. Le bouton ouvre ${url}, le serveur sur votre propre machine.`,
            connecting: "Connexion en cours…",
            open: "Connecté. Voici ce que le navigateur entend\u00a0:",
            closed: (code) => `La connexion est terminée${code ? `, avec le code ${code}` : ""}.`,
            ended: "Le flux est terminé. L’EventSource d’une page se reconnecterait de lui-même\u00a0; ce panneau ne le fait pas.",
            stopped: "Déconnecté.",
            enough: (n) => `${n} messages suffisent pour une page\u00a0; déconnecté.`,
            nobody: (url) => `Personne ne répond à ${url}. Lancez votre serveur, puis appuyez de nouveau sur le bouton.`,
            socket: (url) =>
                `Pas de connexion à ${url}, et le navigateur ne dit pas pourquoi. Soit votre serveur ne tourne pas, ` +
                "soit ce navigateur n’a pas encore accepté son certificat. Ouvrez une fois l’adresse ci-dessous, " +
                "acceptez le certificat, quoi que montre la page, puis revenez et appuyez de nouveau sur le bouton.",
            refused: (url, origin) =>
                `Le serveur à ${url} répond, et le navigateur ne transmet pas sa réponse. Cette page vient d’une ` +
                `autre origine, ${origin}, et la réponse n’a pas d’en-tête access-control-allow-origin qui ` +
                "l’autorise. Votre serveur n’y est pour rien. Lisez le flux à sa propre adresse\u00a0:",
            invalid: "Ce navigateur n’ouvre pas une telle connexion depuis cette page.",
            bytes: (n) => `${n} ${n < 2 ? "octet" : "octets"}`,
        },
    };

    const element = (name, attributes = {}, text = "") => {
        const made = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
        made.textContent = text;
        return made;
    };

    class LivePanel extends HTMLElement {
        connectedCallback() {
            this.url = this.getAttribute("url") ?? "";
            this.words = WORDS[this.closest("[lang]")?.lang] ?? WORDS.en;
            this.button = element("button", { type: "button" }, this.words.connect);
            this.status = element("p", { role: "status" }, this.words.idle(this.url));
            this.log = element("ol", { role: "log", tabindex: "0", "aria-label": this.url });
            this.replaceChildren(this.button, this.status, this.log);
            if (this.url.startsWith("ws")) this.status.before(this.form());
            this.button.onclick = () => (this.line ? this.stop(this.words.stopped) : this.start());
            this.leave = () => this.stop(this.words.stopped);
            addEventListener("pagehide", this.leave);
        }

        disconnectedCallback() {
            removeEventListener("pagehide", this.leave);
            this.stop("");
        }

        form() {
            const form = element("form", { hidden: "" });
            this.field = element("input", { "aria-label": this.words.say, maxlength: LETTERS, value: "Ça va ?" });
            form.append(this.field, " ", element("button", {}, this.words.send));
            form.onsubmit = (event) => {
                event.preventDefault();
                if (this.line?.readyState !== WebSocket.OPEN) return;
                this.line.send(this.field.value);
                this.show(">", this.field.value);
            };
            return (this.speech = form);
        }

        start() {
            this.log.replaceChildren();
            this.heard = 0;
            this.opened = false;
            this.say(this.words.connecting);
            try {
                this.line = this.url.startsWith("ws") ? this.socket() : this.stream();
                this.button.textContent = this.words.stop;
            } catch {
                this.stop(this.words.invalid);
            }
        }

        socket() {
            const socket = new WebSocket(this.url);
            socket.binaryType = "arraybuffer";
            socket.onopen = () => this.open();
            socket.onmessage = ({ data }) => this.hear(data);
            socket.onclose = ({ code }) => {
                if (this.line !== socket) return;
                if (this.opened) this.stop(this.words.closed(code));
                else this.stop(this.words.socket(this.url), this.url.replace(/^ws/, "http"));
            };
            return socket;
        }

        stream() {
            const stream = new EventSource(this.url);
            stream.onopen = () => this.open();
            stream.onmessage = ({ data }) => this.hear(data);
            stream.onerror = async () => {
                stream.close();
                if (this.line !== stream) return;
                if (this.opened) return this.stop(this.words.ended);
                const answers = await this.answers();
                if (this.line !== stream) return;
                if (answers) this.stop(this.words.refused(this.url, location.origin), this.url);
                else this.stop(this.words.nobody(this.url));
            };
            return stream;
        }

        // A request whose answer a page may not read tells at least that there is one.
        async answers() {
            const ask = new AbortController();
            const late = setTimeout(() => ask.abort(), PROBE);
            try {
                await fetch(this.url, { mode: "no-cors", cache: "no-store", signal: ask.signal });
                return true;
            } catch {
                return false;
            } finally {
                clearTimeout(late);
                ask.abort();
            }
        }

        open() {
            this.opened = true;
            this.say(this.words.open);
            if (this.speech) this.speech.hidden = false;
        }

        hear(data) {
            this.show("<", data);
            this.heard += 1;
            if (this.heard >= HEARD) this.stop(this.words.enough(HEARD));
        }

        // As text: what comes from a server is never markup.
        show(mark, data) {
            const text = typeof data === "string";
            const size = text ? new TextEncoder().encode(data).length : data.byteLength;
            const said = text ? `"${data.slice(0, LETTERS)}${data.length > LETTERS ? "…" : ""}"` : "binary";
            this.log.append(element("li", {}, `${mark} ${said} ${this.words.bytes(size)}`));
            if (this.log.children.length > LINES) this.log.firstChild.remove();
            this.log.scrollTop = this.log.scrollHeight;
        }

        stop(why, address) {
            const line = this.line;
            this.line = undefined;
            line?.close();
            if (this.speech) this.speech.hidden = true;
            this.button.textContent = this.words.connect;
            this.say(why, address);
        }

        say(words, address) {
            this.status.textContent = words;
            if (!address) return;
            const link = { href: address, target: "_blank", rel: "noopener" };
            this.status.append(" ", element("a", link, address));
        }
    }

    customElements.define("live-panel", LivePanel);
}
