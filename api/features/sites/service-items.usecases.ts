import type {
  AddServiceItem,
  ChangeServiceItem,
  KnownItem,
  ManagedItem,
} from '../../../contract/service-items.schema'
import type { ServiceItemView } from '../../../contract/visitors.schema'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, type Authorized, authorize, isBelow, isSameLine } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { loadDepartment } from '../departments/departments.store'
import { audience, writeEvent } from '../events/events.store'
import { markForSearch } from '../tickets/search.marks.store'
import { rankServiceItems } from './service-items.rules'
import {
  findPlacedItem,
  insertServiceItem,
  isItemNameTaken,
  listItems,
  listItemsUnder,
  type ServiceItemRow,
  updateServiceItemRow,
} from './service-items.store'
import { requireOpenSite } from './sites.usecases'

type UseDeps = Pick<Deps, 'clock'>
const shownItems = 20

const present = (row: ServiceItemRow): ManagedItem => ({
  id: row.id,
  name: row.name,
  nameEn: row.nameEn,
  departmentId: row.departmentId,
  departmentName: row.departmentName,
  isActive: row.isActive,
  createdAt: iso(row.createdAt),
})

/** Service items that fit `q` and are offered at the site, the best first, in English where asked for. Throws 404. */
export const suggestServiceItems = async (
  tx: Tx,
  key: string,
  q: string,
  isEnglish: boolean,
): Promise<ServiceItemView[]> => {
  const site = await requireOpenSite(tx, key)
  const near = (await listItems(tx, 'offered')).filter((item) =>
    isSameLine(item.departmentPath, site.departmentPath),
  )
  return rankServiceItems(near, q)
    .slice(0, shownItems)
    .map((item) => ({
      id: item.id,
      name: (isEnglish && item.nameEn) || item.name,
      departmentName: item.departmentName,
      summary: (isEnglish && item.summaryEn) || item.summary,
      materials: item.materials,
      steps: item.steps,
      timeLimit: item.timeLimit,
      fee: item.fee,
    }))
}

/** Service items on the actor's line of departments: what tickets there may be about, the retired too. */
export const listKnownItems = async (tx: Tx, actor: AgentActor, isEnglish: boolean): Promise<KnownItem[]> =>
  (await listItems(tx, 'all'))
    .filter((item) => isSameLine(item.departmentPath, actor.departmentPath))
    .map((item) => ({
      id: item.id,
      name: (isEnglish && item.nameEn) || item.name,
      departmentName: item.departmentName,
      isActive: item.isActive,
    }))

/** Service items of the actor's department and below, the retired too. */
export const listManagedItems = async (tx: Tx, actor: AgentActor): Promise<ManagedItem[]> =>
  (await listItemsUnder(tx, actor.departmentPath)).map(present)

const notFound = () => refuse('service_items.not_found', 'There is no such service item.')

const loadItem = async (tx: Tx, actor: AgentActor, id: string): Promise<Authorized<ServiceItemRow>> => {
  const row = await findPlacedItem(tx, id)
  if (!row || !isBelow(actor, row.departmentPath)) throw notFound()
  return authorize(row)
}

const viewOf = async (tx: Tx, id: string): Promise<ManagedItem> => {
  const row = await findPlacedItem(tx, id)
  if (!row) throw notFound()
  return present(row)
}

/** Files that are imported name an item by its words: two of one department would be a guess. */
const requireFreeName = async (
  tx: Tx,
  item: Pick<ServiceItemRow, 'id' | 'departmentId' | 'name' | 'isActive'>,
): Promise<void> => {
  if (item.isActive && (await isItemNameTaken(tx, item)))
    throw refuse('service_items.name_taken', 'The department offers another service item of that name.')
}

const writeDown = async (
  tx: Tx,
  actor: AgentActor,
  at: number,
  item: { id: string; name: string },
  change: { what: 'created' | 'changed'; data: Record<string, unknown> },
): Promise<void> => {
  const facts = { name: item.name, ...change.data }
  await writeEvent(tx, {
    type: change.what === 'created' ? 'service_item.created' : 'service_item.changed',
    subject: item.id,
    at,
    actor,
    audience: [audience.agents],
    facts,
  })
  await writeAudit(tx, {
    at,
    actor,
    action: change.what === 'created' ? 'service_items.created' : 'service_items.changed',
    thing: item.id,
    data: facts,
  })
}

/** Adds a service item of a department in the actor's branch. Throws 404 and 409 `service_items.name_taken`. */
export const addServiceItem = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  input: AddServiceItem,
): Promise<ManagedItem> => {
  const department = await loadDepartment(tx, actor, input.departmentId)
  const at = deps.clock.now()
  const name = input.name.trim()
  const row = { id: newId('itm'), departmentId: department.id, name, isActive: true }
  await requireFreeName(tx, row)
  await insertServiceItem(tx, {
    ...row,
    nameEn: input.nameEn?.trim() || name,
    createdAt: at,
  })
  await writeDown(tx, actor, at, row, { what: 'created', data: { departmentName: department.name } })
  return viewOf(tx, row.id)
}

const changeable = ['name', 'nameEn', 'departmentId', 'isActive'] as const

/**
 * Renames, moves, retires or brings back a service item of the actor's branch; the same once more is no news.
 * Tickets keep it, and are found by its new words. Throws 404 and 409 `service_items.name_taken`.
 */
export const changeServiceItem = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
  input: ChangeServiceItem,
): Promise<ManagedItem> => {
  const before = await loadItem(tx, actor, id)
  const name = input.name?.trim() ?? before.name
  const after = {
    name,
    nameEn: input.nameEn === undefined ? before.nameEn : input.nameEn.trim() || name,
    departmentId: input.departmentId ?? before.departmentId,
    isActive: input.isActive ?? before.isActive,
  }
  if (changeable.every((field) => after[field] === before[field])) return present(before)
  const isMoved = after.departmentId !== before.departmentId
  const department = isMoved ? await loadDepartment(tx, actor, after.departmentId) : null
  await requireFreeName(tx, { id, ...after })
  const at = deps.clock.now()
  await updateServiceItemRow(tx, id, after)
  const isRenamed = after.name !== before.name || after.nameEn !== before.nameEn
  if (isRenamed) await markForSearch(tx, 'service_item', id, at)
  await writeDown(
    tx,
    actor,
    at,
    { id, name },
    {
      what: 'changed',
      data: {
        ...(after.name === before.name ? {} : { previousName: before.name }),
        ...(after.nameEn === before.nameEn ? {} : { nameEn: after.nameEn }),
        ...(department === null
          ? {}
          : { fromDepartmentName: before.departmentName, toDepartmentName: department.name }),
        ...(after.isActive === before.isActive ? {} : { isActive: after.isActive }),
      },
    },
  )
  return viewOf(tx, id)
}
