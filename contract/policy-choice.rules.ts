/** What a policy's conditions look at. `departmentPath` is the department's `path`: `/root/…/own/`. */
export interface PolicySubject {
  siteId: string
  departmentPath: string
  serviceItemId: string | null
  topic: string
  priority: string
  /** Ids of tags. */
  tags: readonly string[]
  isComplaint: boolean
}

export const policyFields = [
  'site',
  'department',
  'service_item',
  'topic',
  'priority',
  'tag',
  'complaint',
] as const
export type PolicyField = (typeof policyFields)[number]

/** `below` is for departments only: the named one and everything under it. */
export const policyOperators = ['is', 'in', 'below'] as const
export type PolicyOperator = (typeof policyOperators)[number]

export interface PolicyCondition {
  field: PolicyField
  op: PolicyOperator
  values: readonly string[]
}

/** All conditions must hold. The default has no say in its conditions or its switch: it takes what is left. */
export interface ChoosablePolicy {
  id: string
  position: number
  isActive: boolean
  isDefault: boolean
  conditions: readonly PolicyCondition[]
}

const valuesOf = (subject: PolicySubject, field: PolicyField): readonly string[] => {
  switch (field) {
    case 'site':
      return [subject.siteId]
    case 'department':
      return subject.departmentPath.split('/').filter(Boolean).slice(-1)
    case 'service_item':
      return subject.serviceItemId === null ? [] : [subject.serviceItemId]
    case 'topic':
      return [subject.topic]
    case 'priority':
      return [subject.priority]
    case 'tag':
      return subject.tags
    case 'complaint':
      return [subject.isComplaint ? 'yes' : 'no']
  }
}

/** `is` looks at the first value, `in` at each; of several tags one is enough. Without values nothing matches. */
export const isConditionMet = ({ field, op, values }: PolicyCondition, subject: PolicySubject): boolean => {
  if (op === 'below')
    return field === 'department' && subject.departmentPath.split('/').some((id) => id && values.includes(id))
  const wanted = op === 'is' ? values.slice(0, 1) : values
  return valuesOf(subject, field).some((value) => wanted.includes(value))
}

/**
 * The policy for a ticket: the active ones by position (then id, so that equal positions give one answer),
 * the first whose conditions all hold, otherwise the default. Throws when there is no default.
 */
export const choosePolicy = <Policy extends ChoosablePolicy>(
  policies: readonly Policy[],
  subject: PolicySubject,
): Policy => {
  const chosen = policies
    .filter((policy) => policy.isActive && !policy.isDefault)
    .sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
    .find((policy) => policy.conditions.every((condition) => isConditionMet(condition, subject)))
  const found = chosen ?? policies.find((policy) => policy.isDefault)
  if (!found) throw new Error('no default policy')
  return found
}
