/** The heads of a table, one a column. */
export function Heads({ words }: { words: readonly string[] }) {
  return (
    <thead>
      <tr>
        {words.map((one) => (
          <th key={one} scope="col">
            {one}
          </th>
        ))}
      </tr>
    </thead>
  );
}
