import { sayCode, useAdmin } from "../words";
import type { Role } from "./queries";

/** What each role may do, in words: the matrix the API itself applies. */
export function RoleTable({ roles }: { roles: readonly Role[] }) {
  const say = useAdmin();
  const scopes = [...new Set(roles.flatMap((role) => role.scopes))];
  return (
    <div className="pad stack">
      <ul className="cards">
        {roles.map((role) => (
          <li key={role.role} className="panel" data-role={role.role}>
            <h2>{sayCode(say, "role", role.role)}</h2>
            <p className="small">{role.description}</p>
            <p className="small muted">{sayCode(say, "reach", role.reach)}</p>
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard */}
      <section className="tbl-x" tabIndex={0} aria-label={say("roles.matrix")}>
        <table className="tbl plain compact">
          <caption className="vh">{say("roles.matrix")}</caption>
          <thead>
            <tr>
              <th scope="col">{say("roles.right")}</th>
              {roles.map((role) => (
                <th key={role.role} scope="col">
                  {sayCode(say, "role", role.role)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {scopes.map((scope) => (
              <tr key={scope}>
                <th scope="row">{sayCode(say, "scope", scope)}</th>
                {roles.map((role) => (
                  <td key={role.role} className={role.scopes.includes(scope) ? "" : "muted"}>
                    {say(role.scopes.includes(scope) ? "roles.yes" : "roles.no")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
