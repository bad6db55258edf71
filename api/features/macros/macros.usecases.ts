import { type MacroStep, problemOfStep, unknownPlaceholders } from '../../../contract/macros.rules'
import type { CreateMacro, MacroChoices, MacroView, UpdateMacro } from '../../../contract/macros.schema'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, isBelow, requirePermission } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { findDepartment } from '../departments/departments.store'
import {
  choicesOnLine,
  deleteMacroRow,
  idsOnLine,
  insertMacro,
  type LoadedMacro,
  listMacros,
  loadMacro,
  namesInSteps,
  nextMacroPosition,
  replaceSteps,
  updateMacroRow,
} from './macros.store'

type UseDeps = Pick<Deps, 'clock'>

/** One's own, or a shared one in the agent's branch with `tickets.manage`. */
const mayEdit = (actor: AgentActor, { macro, departmentPath }: LoadedMacro): boolean =>
  macro.departmentId === null
    ? macro.createdBy === actor.id
    : actor.permissions.has('tickets.manage') && departmentPath !== null && isBelow(actor, departmentPath)

export const macroViews = async (
  tx: Tx,
  actor: AgentActor,
  loaded: readonly LoadedMacro[],
): Promise<MacroView[]> => {
  const names = await namesInSteps(
    tx,
    loaded.flatMap((each) => each.steps),
  )
  return loaded.map((each) => {
    const { macro, departmentName, ownerName } = each
    return {
      id: macro.id,
      name: macro.name,
      reply: macro.reply,
      steps: each.steps.map((step) => ({ ...step, label: names.get(step.value) ?? step.value })),
      department:
        macro.departmentId !== null && departmentName !== null
          ? { id: macro.departmentId, name: departmentName }
          : null,
      owner: macro.createdBy !== null && ownerName !== null ? { id: macro.createdBy, name: ownerName } : null,
      isActive: macro.isActive,
      canEdit: mayEdit(actor, each),
    }
  })
}

export const listOwnMacros = async (tx: Tx, actor: AgentActor): Promise<MacroView[]> =>
  macroViews(tx, actor, await listMacros(tx, actor, { isActiveOnly: false }))

const viewOf = async (tx: Tx, actor: AgentActor, id: string): Promise<MacroView> => {
  const [view] = await macroViews(tx, actor, [await loadMacro(tx, actor, id)])
  if (!view) throw new Error(`No macro ${id}`)
  return view
}

const isNaming = ({ action, value }: MacroStep): boolean =>
  action === 'department' || (action === 'assign' && value.startsWith('agt_'))

/**
 * Refuses with every problem of text and steps at once. People and departments are named on the agent's own line;
 * those in `kept` were named by somebody who could.
 */
const refuseInvalid = async (
  tx: Tx,
  actor: AgentActor,
  reply: string,
  steps: readonly MacroStep[],
  kept: readonly MacroStep[] = [],
): Promise<void> => {
  const named = steps.filter(isNaming).map((step) => step.value)
  const near = await idsOnLine(tx, actor.departmentPath, named)
  const isKept = (step: MacroStep) =>
    kept.some((each) => each.action === step.action && each.value === step.value)
  const errors = [
    ...unknownPlaceholders(reply).map((name) => ({ path: 'body.reply', message: `unknown: {{${name}}}` })),
    ...steps.flatMap((step, at) =>
      problemOfStep(step) || (isNaming(step) && !near.has(step.value) && !isKept(step))
        ? [{ path: `body.steps.${at}`, message: `${step.action}: ${step.value}` }]
        : [],
    ),
    ...(reply.trim() === '' && steps.length === 0 ? [{ path: 'body.reply', message: 'empty' }] : []),
  ]
  if (errors.length > 0) throw refuse('macros.invalid', 'Something in the macro does not fit.', { errors })
}

/** Whom and where the agent's macros may name. */
export const listMacroChoices = (tx: Tx, actor: AgentActor): Promise<MacroChoices> =>
  choicesOnLine(tx, actor.departmentPath)

/** A macro can be shared with departments of the agent's own branch. */
const refuseDepartment = async (tx: Tx, actor: AgentActor, departmentId: string | null): Promise<void> => {
  if (departmentId === null) return
  requirePermission(actor, 'tickets.manage')
  const department = await findDepartment(tx, departmentId)
  if (!department || !isBelow(actor, department.path))
    throw refuse('departments.not_found', 'There is no such department.')
}

const audit = (tx: Tx, deps: UseDeps, actor: AgentActor, action: string, id: string, name: string) =>
  writeAudit(tx, { at: deps.clock.now(), actor, action, thing: id, data: { name } })

const trimmed = (steps: readonly MacroStep[]): MacroStep[] =>
  steps.map(({ action, value }) => ({ action, value: value.trim() }))

export const createMacro = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  input: CreateMacro,
): Promise<MacroView> => {
  const departmentId = input.departmentId ?? null
  const steps = trimmed(input.steps ?? [])
  await refuseDepartment(tx, actor, departmentId)
  await refuseInvalid(tx, actor, input.reply, steps)
  const id = newId('mac')
  await insertMacro(tx, {
    id,
    name: input.name.trim(),
    reply: input.reply,
    departmentId,
    isActive: input.isActive ?? true,
    position: await nextMacroPosition(tx),
    createdBy: actor.id,
    createdAt: deps.clock.now(),
  })
  await replaceSteps(tx, id, steps)
  await audit(tx, deps, actor, 'macros.created', id, input.name)
  return viewOf(tx, actor, id)
}

const loadOwn = async (tx: Tx, actor: AgentActor, id: string): Promise<LoadedMacro> => {
  const loaded = await loadMacro(tx, actor, id)
  if (!mayEdit(actor, loaded))
    throw refuse('auth.forbidden', 'Only its owner changes it, or who manages tickets of its department.')
  return loaded
}

export const updateMacro = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
  input: UpdateMacro,
): Promise<MacroView> => {
  const { macro, steps } = await loadOwn(tx, actor, id)
  if (input.departmentId !== undefined) await refuseDepartment(tx, actor, input.departmentId)
  const next = input.steps ? trimmed(input.steps) : steps
  await refuseInvalid(tx, actor, input.reply ?? macro.reply, next, steps)
  await updateMacroRow(tx, id, {
    ...(input.name === undefined ? {} : { name: input.name.trim() }),
    ...(input.reply === undefined ? {} : { reply: input.reply }),
    ...(input.departmentId === undefined ? {} : { departmentId: input.departmentId }),
    ...(input.departmentId === null ? { createdBy: actor.id } : {}),
    ...(input.isActive === undefined ? {} : { isActive: input.isActive }),
  })
  if (input.steps) await replaceSteps(tx, id, next)
  await audit(tx, deps, actor, 'macros.changed', id, input.name ?? macro.name)
  return viewOf(tx, actor, id)
}

export const deleteMacro = async (tx: Tx, deps: UseDeps, actor: AgentActor, id: string): Promise<void> => {
  const { macro } = await loadOwn(tx, actor, id)
  await deleteMacroRow(tx, id)
  await audit(tx, deps, actor, 'macros.deleted', id, macro.name)
}

/** Puts the named ones in this order, among the places they have. */
export const orderMacros = async (
  tx: Tx,
  actor: AgentActor,
  ids: readonly string[],
): Promise<MacroView[]> => {
  const all = await listMacros(tx, actor, { isActiveOnly: false })
  const own = [...new Set(ids)].map((id) => {
    const found = all.find((each) => each.macro.id === id)
    if (!found || !mayEdit(actor, found)) throw refuse('macros.not_found', 'There is no such macro.')
    return found.macro
  })
  const places = own.map((macro) => macro.position).sort((a, b) => a - b)
  for (const [at, macro] of own.entries()) await updateMacroRow(tx, macro.id, { position: places[at] ?? 0 })
  return listOwnMacros(tx, actor)
}
