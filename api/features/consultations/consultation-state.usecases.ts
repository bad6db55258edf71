import { type ConsultationCommand, consultationTransitions } from '../../../contract/consultations.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import type { Authorized } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { type ConsultationRow, moveConsultation } from './consultations.store'

/** The one way a consultation's state changes. Throws 409 where the table does not allow it or another was faster. */
export const changeState = async (
  tx: Tx,
  row: Authorized<ConsultationRow>,
  command: ConsultationCommand,
  set: Partial<ConsultationRow> = {},
): Promise<ConsultationRow> => {
  const next = nextState(consultationTransitions, row.status, command)
  const moved = next ? await moveConsultation(tx, row.id, row.status, { ...set, status: next }) : null
  if (!moved)
    throw refuse('consultations.wrong_state', `A consultation that is ${row.status} cannot do: ${command}.`)
  return moved
}
