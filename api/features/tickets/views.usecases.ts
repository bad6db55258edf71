import type { z } from 'zod'
import type { editViewBody, SavedView, saveViewBody } from '../../../contract/ticket-list.schema'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, requirePermission } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { loadDepartment } from '../departments/departments.store'
import {
  countOwnViews,
  deleteView,
  insertView,
  listViews,
  loadOwnView,
  updateView,
  type ViewRow,
} from './views.store'

const maxViews = 50

const present = (actor: AgentActor, { view, departmentName }: ViewRow): SavedView => ({
  id: view.id,
  name: view.name,
  filter: view.filter,
  isMine: view.ownerId === actor.id,
  department: view.departmentId === null ? null : { id: view.departmentId, name: departmentName ?? '' },
  createdAt: iso(view.createdAt),
})

export const listSavedViews = async (tx: Tx, actor: AgentActor): Promise<SavedView[]> =>
  (await listViews(tx, actor)).map((row) => present(actor, row))

/** A view others see needs `tickets.manage` and a department of the own branch. */
const mayShare = async (
  tx: Tx,
  actor: AgentActor,
  departmentId: string | null | undefined,
): Promise<void> => {
  if (!departmentId) return
  requirePermission(actor, 'tickets.manage')
  await loadDepartment(tx, actor, departmentId)
}

export const saveView = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  input: z.infer<typeof saveViewBody>,
): Promise<SavedView> => {
  await mayShare(tx, actor, input.departmentId)
  const count = await countOwnViews(tx, actor.id)
  if (count >= maxViews) throw refuse('request.conflict', `At most ${maxViews} views: delete one first.`)
  const id = newId('viw')
  await insertView(tx, {
    id,
    ownerId: actor.id,
    departmentId: input.departmentId ?? null,
    name: input.name.trim(),
    filter: input.filter,
    position: count,
    createdAt: deps.clock.now(),
  })
  return present(actor, await loadOwnView(tx, actor, id))
}

export const editView = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
  input: z.infer<typeof editViewBody>,
): Promise<SavedView> => {
  await loadOwnView(tx, actor, id)
  await mayShare(tx, actor, input.departmentId)
  await updateView(tx, id, {
    ...(input.name === undefined ? {} : { name: input.name.trim() }),
    ...(input.filter === undefined ? {} : { filter: input.filter }),
    ...(input.departmentId === undefined ? {} : { departmentId: input.departmentId }),
  })
  return present(actor, await loadOwnView(tx, actor, id))
}

export const removeView = async (tx: Tx, actor: AgentActor, id: string): Promise<void> => {
  const { view } = await loadOwnView(tx, actor, id)
  await deleteView(tx, view.id)
}
