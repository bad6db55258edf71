import { addWorkingMs } from '../../../contract/calendar.rules'
import type { CitizenClocks } from '../../../contract/follow.schema'
import { choosePolicy } from '../../../contract/policy-choice.rules'
import { clockKinds } from '../../../contract/sla.rules'
import type { PreviewBody, PreviewView, TicketClocksView } from '../../../contract/sla.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso, momentOf } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { loadDepartment } from '../departments/departments.store'
import { loadKept } from './clocks.store'
import { type Reckoning, reckon } from './clocks.usecases'
import { loadHistories } from './history.store'
import { type ConfiguredCalendar, calendarOf, loadSlaConfig } from './sla.config.store'
import { citizenClocks, ticketClocksView } from './sla.presenter'
import { keepVerdicts } from './verdicts'

type SlaDeps = Pick<Deps, 'clock'>

const reckonTicket = async (
  tx: Tx,
  deps: SlaDeps,
  ticketId: string,
): Promise<{ reckoning: Reckoning; calendar: ConfiguredCalendar } | null> => {
  const now = deps.clock.now()
  const config = await loadSlaConfig(tx, now)
  const [history] = await loadHistories(tx, [ticketId])
  if (!config || !history) return null
  const kept = (await loadKept(tx, [ticketId])).get(ticketId)
  const reckoned = reckon(config, history, now)
  const reckoning = kept ? keepVerdicts(reckoned, kept) : reckoned
  return { reckoning, calendar: calendarOf(config, reckoning.policy.calendarId) }
}

/** The clocks of a ticket as of now. The caller has loaded the ticket for its actor. */
export const showClocks = async (tx: Tx, deps: SlaDeps, ticketId: string): Promise<TicketClocksView> => {
  const shown = await reckonTicket(tx, deps, ticketId)
  if (!shown) throw refuse('sla.not_found', 'No clocks are set up.')
  return ticketClocksView(shown.reckoning, shown.calendar, deps.clock.now())
}

/** The same for the citizen; nothing where no clocks are set up. The caller has loaded the ticket. */
export const showCitizenClocks = async (tx: Tx, deps: SlaDeps, ticketId: string): Promise<CitizenClocks> => {
  const shown = await reckonTicket(tx, deps, ticketId)
  return shown
    ? citizenClocks(shown.reckoning, shown.calendar.compiled, deps.clock.now())
    : { items: [], ledgers: [], isKept: null }
}

/** Which policy would take such a ticket, and when its clocks would be due. */
export const previewPolicy = async (
  tx: Tx,
  deps: SlaDeps,
  actor: AgentActor,
  body: PreviewBody,
): Promise<PreviewView> => {
  const at = body.at ? momentOf(body.at) : deps.clock.now()
  const config = await loadSlaConfig(tx, deps.clock.now())
  if (!config) throw refuse('sla.not_found', 'No clocks are set up.')
  const department = await loadDepartment(tx, actor, body.departmentId)
  const policy = choosePolicy(config.policies, {
    siteId: body.siteId,
    departmentPath: department.path,
    serviceItemId: body.serviceItemId ?? null,
    topic: body.topic ?? '',
    priority: body.priority ?? 'normal',
    tags: body.tagIds ?? [],
    isComplaint: body.isComplaint ?? false,
  })
  const calendar = calendarOf(config, policy.calendarId)
  return {
    policyId: policy.id,
    policyName: policy.name,
    calendarName: calendar.name,
    timeZone: calendar.compiled.calendar.timeZone,
    at: iso(at),
    dues: clockKinds.flatMap((kind) => {
      const targetMs = policy.targets[kind]
      if (targetMs === null || kind === 'next_response') return []
      const dueAt = iso(addWorkingMs(calendar.compiled, at, targetMs))
      return [{ kind, targetSeconds: targetMs / 1000, dueAt }]
    }),
  }
}
