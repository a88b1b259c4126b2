import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from "react-aria-components";
import { useWords } from "../i18n";

export interface Choice {
  id: string;
  words: string;
  hint?: string;
  section?: string;
}

/** One list one types into: commands, people, teams. Loaded when first asked for. */
export default function Picker({
  title,
  search,
  choices,
  onPick,
  onClose,
}: {
  title: string;
  search: string;
  choices: readonly Choice[];
  onPick: (id: string) => void;
  onClose: () => void;
}) {
  const { t } = useWords();
  const { contains } = useFilter({ sensitivity: "base" });
  const sections = [...new Set(choices.map((choice) => choice.section ?? ""))];
  const item = (choice: Choice) => (
    <MenuItem key={choice.id} id={choice.id} textValue={choice.words}>
      <span>{choice.words}</span>
      {choice.hint && <span className="hint">{choice.hint}</span>}
    </MenuItem>
  );
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="picker">
        <Dialog aria-label={title}>
          <h2>{title}</h2>
          <Autocomplete filter={contains}>
            <SearchField autoFocus aria-label={search} className="picker-field">
              <Input className="input" placeholder={search} />
            </SearchField>
            <Menu
              className="options"
              aria-label={title}
              onAction={(id) => {
                onClose();
                onPick(String(id));
              }}
              renderEmptyState={() => <p className="none">{t("picker.none")}</p>}
            >
              {sections.map((section) =>
                section ? (
                  <MenuSection key={section}>
                    <Header className="muted tiny">{section}</Header>
                    {choices.filter((choice) => choice.section === section).map(item)}
                  </MenuSection>
                ) : (
                  choices.filter((choice) => !choice.section).map(item)
                ),
              )}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
