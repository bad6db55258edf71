import type { EscalationView } from '../../../contract/escalations.schema'
import type { Tx } from '../../../drizzle/database'
import { iso } from '../../lib/clock'
import type { EscalationRow } from './escalations.store'
import { type Surroundings, surroundingsOf } from './surroundings.store'

/** Views of matters, in the order given. */
export const escalationViews = async (tx: Tx, rows: readonly EscalationRow[]): Promise<EscalationView[]> => {
  if (rows.length === 0) return []
  const around = await surroundingsOf(tx, rows)
  return rows.map((row) => present(row, around))
}

export const escalationView = async (tx: Tx, row: EscalationRow): Promise<EscalationView> => {
  const [view] = await escalationViews(tx, [row])
  if (!view) throw new Error(`No view of ${row.id}`)
  return view
}

const present = (row: EscalationRow, around: Surroundings): EscalationView => {
  const ticket = around.tickets.get(row.ticketId)
  const department = around.places.get(row.departmentId)
  if (!ticket || !department) throw new Error(`${row.id} lacks its ticket or department`)
  const nameOf = (id: string): string => around.people.get(id) ?? ''
  const referral = around.referrals.get(row.id)
  return {
    id: row.id,
    ticketId: ticket.id,
    ticketNumber: ticket.number,
    topic: ticket.topic,
    urgeCount: ticket.urgeCount,
    reason: row.reason,
    why: row.why,
    status: row.status,
    level: row.level,
    owner: { id: row.ownerId, name: nameOf(row.ownerId) },
    department,
    home: around.places.get(row.homeDepartmentId) ?? department,
    raisedBy: {
      kind: row.raisedByKind,
      id: row.raisedById,
      name: row.raisedById ? nameOf(row.raisedById) || null : null,
    },
    raisedAt: iso(row.raisedAt),
    acknowledgeBy: iso(row.acknowledgeBy),
    acknowledgedAt: iso(row.acknowledgedAt),
    nextAction: row.nextAction,
    nextActionAt: iso(row.nextActionAt),
    touchedAt: iso(row.touchedAt),
    settleBy: iso(row.settleBy),
    dueAt: iso(row.dueAt),
    redLightAt: iso(row.redLightAt),
    isAnswerRequired: row.isAnswerRequired,
    returnCount: row.returnCount,
    reopenCount: row.reopenCount,
    referral: referral
      ? {
          id: referral.id,
          from: { id: referral.fromAgentId, name: nameOf(referral.fromAgentId) },
          fromDepartmentName: around.places.get(referral.fromDepartmentId)?.name ?? '',
          note: referral.note,
          createdAt: iso(referral.createdAt),
        }
      : null,
    closedAt: iso(row.closedAt),
    outcome: row.outcome,
    result: row.result,
    cause: row.cause,
    accountability: row.accountability,
  }
}
