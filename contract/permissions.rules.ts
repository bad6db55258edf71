export const roles = ['agent', 'inspector', 'editor', 'supervisor', 'auditor', 'admin'] as const
export type Role = (typeof roles)[number]

export const permissions = [
  'consultations.serve', // be offered, accept, answer, end, wrap up
  'consultations.watch', // see consultations of the department and below
  'tickets.read',
  'tickets.work', // reply, note, change, merge, escalate
  'tickets.manage', // bulk, import, shared views and macros
  'tickets.export', // lists, names and telephone numbers included, and reports as files
  'escalations.manage', // hand over and close what others own
  'dashboard.read',
  'sla.manage', // calendars, policies, rules, fields, labels
  'integrations.manage', // webhooks, API keys, mail and SMS
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
  agent: [...everyone, 'consultations.serve', 'tickets.work'],
  inspector: [...everyone, 'consultations.serve', 'tickets.work'],
  editor: [...everyone],
  supervisor: [
    ...everyone,
    'consultations.serve',
    'consultations.watch',
    'tickets.work',
    'tickets.manage',
    'tickets.export',
    'escalations.manage',
    'dashboard.read',
  ],
  auditor: [...everyone, 'consultations.watch', 'tickets.export', 'dashboard.read', 'audit.read'],
  admin: [
    ...everyone,
    'consultations.watch',
    'tickets.work',
    'tickets.manage',
    'tickets.export',
    'escalations.manage',
    'dashboard.read',
    'sla.manage',
    'integrations.manage',
    'agents.manage',
    'departments.manage',
    'sites.manage',
    'audit.read',
  ],
}

/** The union of what `held` roles may do, in the order of `permissions`. */
export const permissionsOf = (held: readonly Role[]): Permission[] =>
  permissions.filter((permission) => held.some((role) => rolePermissions[role].includes(permission)))
