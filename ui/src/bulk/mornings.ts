// The mornings at which what is set aside comes back. No legal date is made here.

/** The civil day so many days after another. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The next Monday after a civil day; of a Monday, the one of the week after. */
export function mondayAfter(day: string): string {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  return dayAfter(day, (8 - weekday) % 7 || 7);
}
