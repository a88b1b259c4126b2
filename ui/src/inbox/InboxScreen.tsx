export function InboxScreen() {
  return <main id="contenu" tabIndex={-1} />;
}
