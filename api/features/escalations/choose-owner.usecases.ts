import { permissionsOf } from '../../../contract/permissions.rules'
import type { Tx } from '../../../drizzle/database'
import { refuse } from '../../lib/errors'
import { findDepartment } from '../departments/departments.store'
import {
  absenceAt,
  activePeople,
  findPerson,
  leadersOf,
  type Person,
  type Place,
  peopleOf,
  placesOn,
} from './owners.store'

export interface OwnerQuestion {
  /** The ticket's department. */
  departmentId: string
  /** 1 the ticket's owner, 2 the head of its department, 3 of the one above, 4 of the whole tree. */
  level: number
  /** Never chosen, on whatever way: the agent rated or complained about. */
  avoidAgentId: string | null
  /** Milliseconds since 1970: who is away then. */
  at: number
  /** The ticket's owner, for level 1. */
  assigneeId?: string | null
}

export interface ChosenOwner {
  agentId: string
  name: string
  /** In whose name they answer. */
  department: Place
}

const mayWork = (person: Person): boolean => permissionsOf(person.roles).includes('tickets.work')

/** Whether the account may answer for matters at all, be its person here or away. */
export const mayAnswer = (person: Person | null): person is Person =>
  person?.isActive === true && mayWork(person)

/** Whether somebody can answer for a matter at `at`. */
export const isFit = async (
  tx: Tx,
  person: Person | null,
  question: Pick<OwnerQuestion, 'avoidAgentId' | 'at'>,
): Promise<boolean> => {
  if (!mayAnswer(person) || person.id === question.avoidAgentId) return false
  return (await absenceAt(tx, person.id, question.at)) === null
}

/**
 * The person, or while away the deputy they named; while that one is away too, the deputy's own, and so on until
 * somebody is there, or the names come round to one that was asked. Who must not answer names nobody either.
 */
const orDeputy = async (
  tx: Tx,
  first: Person | null,
  question: Pick<OwnerQuestion, 'avoidAgentId' | 'at'>,
): Promise<Person | null> => {
  const asked = new Set<string>()
  let person = first
  while (person && person.id !== question.avoidAgentId && !asked.has(person.id)) {
    if (await isFit(tx, person, question)) return person
    asked.add(person.id)
    const absence = await absenceAt(tx, person.id, question.at)
    person = absence?.deputyId ? await findPerson(tx, absence.deputyId) : null
  }
  return null
}

const leaderOf = async (tx: Tx, place: Place, question: OwnerQuestion): Promise<Person | null> => {
  for (const leader of await leadersOf(tx, place.id)) {
    const found = await orDeputy(tx, leader, question)
    if (found) return found
  }
  return null
}

/** Level 1: who has the ticket, else a deputy of the department, else anybody who works there. */
const ownerOfTicket = async (tx: Tx, place: Place, question: OwnerQuestion): Promise<Person | null> => {
  const assignee = question.assigneeId ? await findPerson(tx, question.assigneeId) : null
  const found = await orDeputy(tx, assignee, question)
  if (found) return found
  const leaders = await leadersOf(tx, place.id)
  const deputies = leaders.filter((each) => each.role === 'deputy')
  const heads = new Set(leaders.flatMap((each) => (each.role === 'head' ? [each.id] : [])))
  const others = (await peopleOf(tx, place.id)).filter((each) => !heads.has(each.id))
  for (const person of [...deputies, ...others]) if (await isFit(tx, person, question)) return person
  return null
}

/** Where a level's head sits on the way from the root to the department. */
const indexOfLevel = (level: number, depth: number): number =>
  level >= 4 ? 0 : level === 3 ? Math.max(0, depth - 2) : depth - 1

/**
 * Who answers for a matter at a level. Somebody away or switched off gives way to the deputy they named, the
 * department's next leader, the leaders above, at last an administrator. Throws 409 `escalations.no_owner`
 * where really nobody is left.
 */
export const chooseOwner = async (tx: Tx, question: OwnerQuestion): Promise<ChosenOwner> => {
  const department = await findDepartment(tx, question.departmentId)
  if (!department) throw refuse('departments.not_found', 'There is no such department.')
  const way = await placesOn(tx, department.path)
  const start = indexOfLevel(question.level, way.length)
  const own = way[way.length - 1]
  if (question.level <= 1 && own) {
    const found = await ownerOfTicket(tx, own, question)
    if (found) return { agentId: found.id, name: found.name, department: own }
  }
  for (const place of way.slice(0, start + 1).reverse()) {
    const found = await leaderOf(tx, place, question)
    if (found) return { agentId: found.id, name: found.name, department: place }
  }
  const place = way[start] ?? own
  const last = await lastResort(tx, question, way)
  if (!last || !place) throw refuse('escalations.no_owner', 'Nobody is there to answer for this.')
  return { agentId: last.id, name: last.name, department: place }
}

/**
 * An administrator who is here, anybody who may work on tickets; last of all one who is away. Those of the department
 * and the ones above it come first, the nearest before: of another branch, whose business it is not, only where
 * nobody else is left.
 */
const lastResort = async (tx: Tx, question: OwnerQuestion, way: readonly Place[]): Promise<Person | null> => {
  const depthOf = ({ departmentId }: Person) => way.findIndex((place) => place.id === departmentId)
  const all = (await activePeople(tx)).filter((each) => each.id !== question.avoidAgentId && mayWork(each))
  const inOrder = [true, false].flatMap((isNear) => {
    const group = all.filter((each) => depthOf(each) >= 0 === isNear).sort((a, b) => depthOf(b) - depthOf(a))
    return [...group.filter(isAdmin), ...group.filter((each) => !isAdmin(each))]
  })
  for (const person of inOrder) if (await isFit(tx, person, question)) return person
  return inOrder[0] ?? null
}
const isAdmin = ({ roles }: Person): boolean => roles.includes('admin')
