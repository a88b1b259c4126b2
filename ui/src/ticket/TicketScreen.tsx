export default function TicketScreen() {
  return <main id="contenu" tabIndex={-1} />;
}
