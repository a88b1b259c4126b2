import { TextField } from "../parts/TextField";
import { useAdmin } from "../words";

/** The name of a channel, as agents will read it. */
export function NameField({
  value,
  unnamed,
  onChange,
}: {
  value: string;
  unnamed: boolean;
  onChange: (value: string) => void;
}) {
  const say = useAdmin();
  return (
    <TextField
      label={say("channel.name")}
      hint={say("channel.name.hint")}
      wrong={unnamed && say("field.required")}
      name="channel_name"
      maxLength={100}
      required
      value={value}
      onChange={onChange}
    />
  );
}
