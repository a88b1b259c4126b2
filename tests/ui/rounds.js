// Every answer of the API is kept back until `rounds.release()`: what is asked before the next one depends on no answer kept
// back, and the number of releases a screen needs is how deep its questions wait for each other, however slow the machine.
(() => {
  const ask = window.fetch.bind(window);
  const calls = [];
  let waiting = [];
  let round = 1;
  const apart = (path) => path.startsWith("/api/v1/events/stream");

  /** An answer read whole: to give it to the page later takes no network. */
  async function answerOf(request) {
    const answer = await ask(request);
    const body = [101, 204, 205, 304].includes(answer.status) ? null : await answer.arrayBuffer();
    return new Response(body, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
  }
  const untilAborted = (signal) =>
    new Promise((_, refuse) => {
      signal.addEventListener("abort", () => refuse(signal.reason));
    });

  window.fetch = (asked, init) => {
    const request = new Request(asked, init);
    const { pathname, search } = new URL(request.url);
    if (!pathname.startsWith("/api/v1/")) return ask(request);
    if (apart(pathname)) return untilAborted(request.signal);
    calls.push({ path: pathname + search, method: request.method, round });
    const answer = answerOf(request);
    const given = new Promise((give, refuse) => waiting.push({ answer, give, refuse }));
    return Promise.race([given, untilAborted(request.signal)]);
  };

  const turn = () => new Promise((done) => requestIdleCallback(() => setTimeout(done)));
  /** The thread of the page has nothing left to do: no answer, style or script is on its way. */
  async function rest() {
    for (let turns = 0; turns < 12; turns += 1) await turn();
  }
  window.rounds = {
    calls,
    rest,
    many: () => waiting.length,
    /** Gives the page all that it waits for, at once. */
    async release() {
      const given = waiting;
      waiting = [];
      await Promise.allSettled(given.map(({ answer }) => answer));
      round += 1;
      for (const { answer, give, refuse } of given) answer.then(give, refuse);
      await rest();
    },
    /** Has all the code there before the page needs it: a part of it that comes late is no question asked late. */
    async warm(scripts, styles) {
      const there = styles.map(
        (href) =>
          new Promise((done, refuse) => {
            if (document.querySelector(`link[href="${href}"]`)) return done();
            const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
            link.addEventListener("load", done);
            link.addEventListener("error", refuse);
            document.head.append(link);
          }),
      );
      await Promise.all([...there, ...scripts.map((one) => import(one))]);
      await rest();
    },
  };
})();
