import type { PolicyCondition } from '../../../contract/policy-choice.rules'
import type { Tx } from '../../../drizzle/database'
import { type Actor, maySetFor } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { listPaths } from '../departments/departments.store'

interface Reaching {
  isDefault: boolean
  conditions: readonly (Pick<PolicyCondition, 'values'> & { field: string; op: string })[]
}

/**
 * Whom a policy's conditions bind: with a condition on departments those departments, otherwise everybody. All
 * conditions must hold, so one that names only departments of the actor's branch is enough.
 */
const reachOf = (
  { isDefault, conditions }: Reaching,
  paths: ReadonlyMap<string, string>,
): (readonly string[] | null)[] =>
  isDefault
    ? [null]
    : [
        null,
        ...conditions.flatMap(({ field, op, values }) => {
          if (field !== 'department') return []
          const named = op === 'is' ? values.slice(0, 1) : values
          const known = named.flatMap((id) => paths.get(id) ?? [])
          // A department that is gone binds nobody, and says nothing about who answers for the policy.
          return known.length === named.length ? [known] : []
        }),
      ]

/** Asks for each policy whether the actor may set it; the departments are read once. */
export const policyReach = async (tx: Tx, actor: Actor): Promise<(policy: Reaching) => boolean> => {
  const paths = await listPaths(tx)
  return (policy) => reachOf(policy, paths).some((reach) => maySetFor(actor, reach))
}

/** Throws 403 unless the actor may set each of the policies. */
export const requirePolicyReach = async (
  tx: Tx,
  actor: Actor,
  ...policies: readonly (Reaching | null)[]
): Promise<void> => {
  const mayReach = await policyReach(tx, actor)
  if (!policies.every((policy) => (policy ? mayReach(policy) : maySetFor(actor, null))))
    throw refuse(
      'auth.organisation_only',
      'This holds beyond your department: give it a condition on departments of your branch, or ask those above.',
    )
}
