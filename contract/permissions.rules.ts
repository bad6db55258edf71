export const roles = ['agent', 'inspector', 'editor', 'supervisor', 'auditor', 'admin'] as const
export type Role = (typeof roles)[number]

export const permissions = [
  'consultations.serve', // be offered, accept, answer, end, wrap up
  'consultations.watch', // see consultations of the department and below
  'tickets.read',
  'agents.read',
  'agents.manage',
  'departments.manage',
  'sites.manage',
  'audit.read',
] as const
export type Permission = (typeof permissions)[number]

const everyone: Permission[] = ['tickets.read', 'agents.read']

/** What each role may do; an account's permissions are the union over its roles. */
export const rolePermissions: Record<Role, readonly Permission[]> = {
  agent: [...everyone, 'consultations.serve'],
  inspector: [...everyone, 'consultations.serve'],
  editor: [...everyone],
  supervisor: [...everyone, 'consultations.serve', 'consultations.watch'],
  auditor: [...everyone, 'consultations.watch', 'audit.read'],
  admin: [
    ...everyone,
    'consultations.watch',
    'agents.manage',
    'departments.manage',
    'sites.manage',
    'audit.read',
  ],
}

/** The union of what `held` roles may do, in the order of `permissions`. */
export const permissionsOf = (held: readonly Role[]): Permission[] =>
  permissions.filter((permission) => held.some((role) => rolePermissions[role].includes(permission)))
