import type { PresenceView } from '../../../contract/consultations.schema'
import { presenceOrder } from '../presence/presence-look'

/**
 * Colleagues who can be asked: whoever is not offline. Only who may serve citizens can be anything else, so that
 * editors and auditors are never among them. Those who can help at once come first.
 */
export function colleaguesToAsk(colleagues: readonly PresenceView[], query: string): PresenceView[] {
  const wanted = query.trim().toLowerCase()
  return colleagues
    .filter((each) => each.availability !== 'offline')
    .filter(({ agent }) => `${agent.name} ${agent.departmentName}`.toLowerCase().includes(wanted))
    .sort(
      (a, b) =>
        presenceOrder.indexOf(a.availability) - presenceOrder.indexOf(b.availability) ||
        a.agent.name.localeCompare(b.agent.name),
    )
}

/** The one picked, unless they went offline while the agent was still writing. */
export const stillThere = (
  picked: string | undefined,
  colleagues: readonly PresenceView[],
): string | undefined =>
  colleagues.some((each) => each.agent.id === picked && each.availability !== 'offline') ? picked : undefined
