// How long until what was wanted is on the screen and the page is free to be used. Nothing of the application is touched.
(() => {
  const enough = ({ selector, many, gone }) =>
    document.querySelectorAll(selector).length >= many && !(gone && document.querySelector(gone));
  /** Calls back once it is there, painted, and the thread of the page has come to rest. */
  function once(wanted, seen) {
    const look = () => {
      if (!enough(wanted)) return false;
      requestAnimationFrame(() => {
        const rest = new MessageChannel();
        rest.port1.onmessage = () => seen(performance.now());
        rest.port2.postMessage(0);
      });
      return true;
    };
    if (look()) return;
    const observer = new MutationObserver(() => look() && observer.disconnect());
    observer.observe(document, { childList: true, subtree: true, attributes: true });
  }
  /** Since the address was asked for. */
  window.seenAt = (wanted) => new Promise((done) => once(wanted, done));
  /** Since the next gesture: what it begins is timed by the gesture's own stamp, and not by who made it. */
  window.armed = (wanteds) => {
    window.took = new Promise((done) => {
      addEventListener(
        "click",
        (gesture) => {
          for (const old of document.querySelectorAll("#liste tr[data-ticket]")) old.dataset.old = "";
          Promise.all(wanteds.map((wanted) => window.seenAt(wanted))).then((ats) =>
            done(ats.map((at) => at - gesture.timeStamp)),
          );
        },
        { capture: true, once: true },
      );
    });
  };
  /** What was asked of the server: when each began and ended, in order. */
  window.asked = () =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((one) => ({
      path: new URL(one.name).pathname + new URL(one.name).search,
      begun: one.startTime,
      sent: one.requestStart,
      ended: one.responseEnd,
      bytes: one.transferSize,
    }));
})();
