/** Shows a page beside the application: the tab is opened by the gesture itself, and filled when the page has come. */
export function openedTab(): { show: (page: Blob) => boolean; drop: () => void } {
  const tab = window.open("", "_blank");
  return {
    show: (page) => {
      const address = URL.createObjectURL(page);
      // Given back once it was surely read.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      if (tab && !tab.closed) {
        tab.location.href = address;
        return true;
      }
      const link = document.createElement("a");
      link.href = address;
      link.download = "apercu.pdf";
      link.click();
      return false;
    },
    drop: () => tab?.close(),
  };
}
