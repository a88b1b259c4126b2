import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Dialog } from "../parts/Dialog";
import { Trouble } from "../parts/Trouble";
import { type Saisine, ticketQuery } from "../ticket/queries";
import { LetterForm } from "./LetterForm";
import { formsQuery } from "./queries";
import { useLetterWords } from "./words";

/** Writes a letter of a saisine: its kind, what only a person knows, how it would read; nothing leaves before it is sent. */
export default function LetterDialog({
  ticketId,
  saisine,
  onClose,
}: {
  ticketId: string;
  saisine: Saisine;
  onClose: () => void;
}) {
  const say = useLetterWords();
  const ticket = useQuery(ticketQuery(ticketId));
  const forms = useQuery({ ...formsQuery(saisine), placeholderData: keepPreviousData });
  const error = ticket.error ?? forms.error;
  const title = say("letter.title", { reference: ticket.data?.reference ?? "" });
  if (ticket.data && forms.data)
    return (
      <LetterForm ticket={ticket.data} saisine={saisine} forms={forms.data} title={title} onClose={onClose} />
    );
  return (
    <Dialog title={title} onClose={onClose}>
      {error ? (
        <Trouble error={error} plain retry={() => void (ticket.error ? ticket.refetch() : forms.refetch())} />
      ) : (
        <p className="wait" role="status">
          {say("letter.loading")}
        </p>
      )}
    </Dialog>
  );
}
