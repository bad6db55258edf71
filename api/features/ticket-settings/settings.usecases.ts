import type { FieldKind } from '../../../contract/ticket-fields.rules'
import type {
  CreateField,
  FieldSettings,
  StatusLabels,
  TagUse,
  UpdateField,
} from '../../../contract/ticket-settings.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { moveTagInQueued } from '../exports/exports.store'
import { renameTagInSteps } from '../macros/macros.store'
import { followMergedTag } from '../sla/settings.usecases'
import { markForSearch } from '../tickets/search.marks.store'
import { moveTagInViews } from '../tickets/views.store'
import {
  insertField,
  listFieldSettings,
  listItemNames,
  loadField,
  nextFieldPosition,
  requireItemReach,
  updateFieldRow,
} from './fields.store'
import { replaceStatusLabels } from './labels.store'
import { isTagNameTaken, listTagUses, loadTag, moveTagTo, setTagName } from './tags.store'

type UseDeps = Pick<Deps, 'clock'>

const audit = (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  action: string,
  thing: string,
  data: Record<string, unknown>,
) => writeAudit(tx, { at: deps.clock.now(), actor, action, thing, data })

export const fieldSettingsNow = async (tx: Tx, actor: AgentActor): Promise<FieldSettings> => ({
  items: await listFieldSettings(tx, actor),
  serviceItems: await listItemNames(tx, actor),
})

/** A choice needs at least two different ones; other kinds have none. */
const checkedChoices = (kind: FieldKind, given: readonly string[]): string[] => {
  const choices = [...new Set(given.map((choice) => choice.trim()).filter(Boolean))]
  if (kind !== 'choice') return []
  if (choices.length < 2)
    throw refuse('ticket_fields.invalid', 'Give at least two different choices.', {
      errors: [{ path: 'body.choices', message: 'at least two' }],
    })
  return choices
}

export const createTicketField = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  input: CreateField,
): Promise<FieldSettings> => {
  await requireItemReach(tx, actor, input.serviceItemId ?? null)
  const id = newId('fld')
  const label = input.label.trim()
  await insertField(tx, {
    id,
    serviceItemId: input.serviceItemId ?? null,
    label,
    labelEn: input.labelEn?.trim() || label,
    kind: input.kind,
    choices: checkedChoices(input.kind, input.choices ?? []),
    isRequired: input.isRequired ?? false,
    isActive: true,
    position: await nextFieldPosition(tx),
    createdAt: deps.clock.now(),
  })
  await audit(tx, deps, actor, 'ticket_fields.created', id, { label, kind: input.kind })
  return fieldSettingsNow(tx, actor)
}

export const updateTicketField = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
  input: UpdateField,
): Promise<FieldSettings> => {
  const field = await loadField(tx, actor, id)
  if (input.serviceItemId !== undefined) await requireItemReach(tx, actor, input.serviceItemId)
  await updateFieldRow(tx, id, {
    ...(input.label === undefined ? {} : { label: input.label.trim() }),
    ...(input.labelEn === undefined ? {} : { labelEn: input.labelEn.trim() || (input.label ?? field.label) }),
    ...(input.choices === undefined ? {} : { choices: checkedChoices(field.kind, input.choices) }),
    ...(input.isRequired === undefined ? {} : { isRequired: input.isRequired }),
    ...(input.isActive === undefined ? {} : { isActive: input.isActive }),
    ...(input.serviceItemId === undefined ? {} : { serviceItemId: input.serviceItemId }),
  })
  await audit(tx, deps, actor, 'ticket_fields.changed', id, { label: input.label ?? field.label })
  return fieldSettingsNow(tx, actor)
}

/** Puts the named fields in this order, among the places they have. */
export const orderTicketFields = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ids: readonly string[],
): Promise<FieldSettings> => {
  const rows = []
  for (const id of new Set(ids)) rows.push(await loadField(tx, actor, id))
  const places = rows.map((row) => row.position).sort((a, b) => a - b)
  for (const [at, row] of rows.entries()) await updateFieldRow(tx, row.id, { position: places[at] ?? 0 })
  await audit(tx, deps, actor, 'ticket_fields.ordered', 'ticket_fields', { count: rows.length })
  return fieldSettingsNow(tx, actor)
}

/** What the statuses are called from now on; one that is left out has its usual words again. */
export const setStatusLabels = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  { items }: StatusLabels,
): Promise<StatusLabels> => {
  const labels = [...new Map(items.map((item) => [item.status, item])).values()].map((item) => ({
    status: item.status,
    label: item.label.trim(),
    labelEn: item.labelEn.trim(),
  }))
  await replaceStatusLabels(tx, labels)
  await audit(tx, deps, actor, 'status_labels.changed', 'status_labels', {
    labels: labels.map((each) => `${each.status}: ${each.label}`),
  })
  return { items: labels }
}

const useOf = async (tx: Tx, id: string): Promise<TagUse> => {
  const { name } = await loadTag(tx, id)
  const found = (await listTagUses(tx, name, 100)).find((each) => each.id === id)
  return found ?? { id, name, ticketCount: 0 }
}

/** Macros that name the tag follow. 409 where the name is another tag's: merge them instead. */
export const renameTag = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
  given: string,
): Promise<TagUse> => {
  const tag = await loadTag(tx, id)
  const name = given.trim()
  if (name !== tag.name) {
    if (await isTagNameTaken(tx, name)) throw refuse('tags.name_taken', 'Another tag has that name.')
    await setTagName(tx, id, name)
    await renameTagInSteps(tx, tag.name, name)
    await markForSearch(tx, 'tag', id, deps.clock.now())
    await audit(tx, deps, actor, 'tags.renamed', id, { from: tag.name, to: name })
  }
  return useOf(tx, id)
}

/** Every ticket, macro, policy, saved view and waiting export with this tag has the other one instead. */
export const mergeTags = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
  intoId: string,
): Promise<TagUse> => {
  const tag = await loadTag(tx, id)
  const into = await loadTag(tx, intoId)
  if (tag.id !== into.id) {
    await moveTagTo(tx, tag.id, into.id)
    await renameTagInSteps(tx, tag.name, into.name)
    await markForSearch(tx, 'tag', into.id, deps.clock.now())
    const viewCount = await moveTagInViews(tx, tag.id, into.id)
    await moveTagInQueued(tx, tag.id, into.id)
    await followMergedTag(tx, deps, actor, tag.id, into.id)
    await audit(tx, deps, actor, 'tags.merged', tag.id, { from: tag.name, to: into.name, views: viewCount })
  }
  return useOf(tx, into.id)
}
