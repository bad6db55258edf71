import { reconcileCalls } from './features/calls/calls.usecases'
import { closeRoom, removePerson } from './features/calls/rooms'
import { applyWebhooks } from './features/calls/webhooks.usecases'
import { expireTelephone } from './features/consultations/consultations.usecases'
import { expireOffer } from './features/consultations/offers.usecases'
import { dispatchAll } from './features/consultations/queue.usecases'
import { expectVisitors, expireConsultation, silenceVisitor } from './features/consultations/silence.usecases'
import { createSweeper } from './features/due/sweeper'
import { lightRed, passUnacknowledged, remindOverdue } from './features/escalations/due.usecases'
import { overdueJob, redLightJob, unacknowledgedJob } from './features/escalations/escalation-state.usecases'
import { raiseAgain, raiseAgainJob } from './features/escalations/escalations.projection'
import { clearDeskOf, ownerGoneJob } from './features/escalations/stand-in.usecases'
import { createProjector } from './features/events/projector'
import { expireExport, exportExpiry, exportKind, runExport } from './features/exports/run-export.usecases'
import { expireImport, importExpiry } from './features/imports/expire.usecases'
import { importStep, stepImport } from './features/imports/step.usecases'
import { lettersKind, sendLetters } from './features/notifications/letters.usecases'
import { sendKind, sendOutgoing } from './features/outgoing/outgoing.usecases'
import { dropPresence, expectReturns, losePresence } from './features/presence/presence.usecases'
import { reportDue } from './features/reports/reports.usecases'
import { makeRun, reportFallsDue, reportRun } from './features/reports/run.usecases'
import { dueKind } from './features/sla/clocks.usecases'
import { fallDue } from './features/sla/due.usecases'
import { ownerMovedKind, reckonForOwnerSlice } from './features/sla/owner-moved.usecases'
import { recomputeKind, recomputeSlice } from './features/sla/recompute.usecases'
import { bulkJob, bulkUndoJob, runBulk, runBulkUndo } from './features/tickets/bulk.run.usecases'
import { createTicketIndexer } from './features/tickets/search.indexer'
import { endHold, holdOver } from './features/tickets/tickets.usecases'
import { deliverKind, deliverWebhook } from './features/webhooks/deliver.usecases'
import type { Deps } from './lib/deps'
import { createProjections } from './projections'
import { tidyUp } from './tidy'

const reconcileMs = 30_000
const tidyMs = 3_600_000

/** Whatever falls due, by kind. */
export const createDueSweeper = (deps: Deps) =>
  createSweeper(
    deps,
    {
      'offer.expire': (tx, id) => expireOffer(tx, deps, id),
      'queue.dispatch': (tx) => dispatchAll(tx, deps),
      'presence.lost': (tx, id) => losePresence(tx, deps, id),
      'presence.gone': (tx, id) => dropPresence(tx, deps, id),
      'visitor.silent': (tx, id) => silenceVisitor(tx, deps, id),
      'visitor.expire': (tx, id) => expireConsultation(tx, deps, id),
      'telephone.expire': (tx, id) => expireTelephone(tx, deps, id),
      [importStep]: (tx, id) => stepImport(tx, deps, id),
      [importExpiry]: (tx, id) => expireImport(tx, deps, id),
      [holdOver]: (tx, id) => endHold(tx, deps, id),
      [reportDue]: (tx, id) => reportFallsDue(tx, deps, id),
      [recomputeKind]: (tx) => recomputeSlice(tx, deps),
      [ownerMovedKind]: (tx, subject) => reckonForOwnerSlice(tx, deps, subject),
      [unacknowledgedJob]: (tx, id) => passUnacknowledged(tx, deps, id),
      [redLightJob]: (tx, id) => lightRed(tx, deps, id),
      [overdueJob]: (tx, id) => remindOverdue(tx, deps, id),
      [raiseAgainJob]: (tx, seq) => raiseAgain(tx, deps, seq),
      [ownerGoneJob]: (tx, id) => clearDeskOf(tx, deps, id),
      [lettersKind]: (tx, subject) => sendLetters(tx, deps, subject),
    },
    {
      'call.close_room': (id) => closeRoom(deps, id),
      'call.remove': (subject) => removePerson(deps, subject),
      [reportRun]: (id) => makeRun(deps, id),
      [sendKind]: (id) => sendOutgoing(deps, id),
      [exportKind]: (id) => runExport(deps, id),
      [bulkJob]: (id) => runBulk(deps, id),
      [bulkUndoJob]: (id) => runBulkUndo(deps, id),
      [exportExpiry]: (id) => expireExport(deps, id),
      [deliverKind]: (id) => deliverWebhook(deps, id),
    },
    {
      [dueKind]: (tx, ids) => fallDue(tx, deps, ids),
    },
  )

/** Starts what runs beside requests; the answer stops it. */
export const startBackground = async (deps: Deps): Promise<() => Promise<void>> => {
  const sweeper = createDueSweeper(deps)
  const projector = createProjector(deps, createProjections(deps))
  await deps.hub.start()
  await expectReturns(deps)
  await expectVisitors(deps)
  sweeper.start()
  projector.start()
  const indexer = createTicketIndexer(deps, deps.search)
  indexer.start()
  const guarded = (what: string, work: () => Promise<unknown>) => () =>
    void work().catch((error) => deps.logger.error({ err: error }, what))
  const reconcile = setInterval(
    guarded('reconcile failed', () => reconcileCalls(deps)),
    reconcileMs,
  )
  const webhooks = setInterval(
    guarded('webhooks failed', () => applyWebhooks(deps)),
    5_000,
  )
  const tidy = setInterval(
    guarded('tidying failed', () => tidyUp(deps)),
    tidyMs,
  )
  return async () => {
    for (const timer of [reconcile, webhooks, tidy]) clearInterval(timer)
    deps.hub.stop()
    await projector.stop()
    await indexer.stop()
    await sweeper.stop()
  }
}
