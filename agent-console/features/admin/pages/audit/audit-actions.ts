import {
  Building2,
  FileLock2,
  Globe,
  Handshake,
  KeyRound,
  type LucideIcon,
  ScrollText,
  Ticket,
  UserRoundCog,
} from '@lucide/vue'

/** What the API writes into the log; each has its words under `admin.audit.actions`. */
export const auditActions = [
  'auth.signed_in',
  'auth.sign_in_failed',
  'auth.signed_out',
  'auth.session_ended',
  'auth.sessions_ended',
  'auth.password_changed',
  'auth.set_up',
  'agents.created',
  'agents.changed',
  'agents.setup_link_made',
  'departments.created',
  'departments.changed',
  'departments.deleted',
  'sites.created',
  'sites.changed',
  'sites.secret_changed',
  'tickets.read',
  'tickets.opened',
  'tickets.status_changed',
  'tickets.assigned',
  'tickets.moved',
  'tickets.participant_added',
  'tickets.participant_removed',
  'tickets.application_recorded',
  'documents.read',
  'documents.sent',
  'documents.recalled',
  'documents.snapshot',
  'consultation.consent',
  'consultation.accepted',
  'consultation.hand_over',
  'consultation.taken_over',
  'consultation.ended',
  'consultation.wrapped_up',
  'consultations.export',
  'consultations.read',
  'installation.set_up',
  'installation.demo_seeded',
] as const

const icons: Record<string, LucideIcon> = {
  auth: KeyRound,
  agents: UserRoundCog,
  departments: Building2,
  sites: Globe,
  tickets: Ticket,
  documents: FileLock2,
  consultation: Handshake,
  consultations: Handshake,
}
export const iconOf = (action: string): LucideIcon => icons[action.split('.')[0] ?? ''] ?? ScrollText

/** What deserves a second look: refused sign-ins, secrets, deletions. */
export const isNotable = (action: string): boolean => /failed|deleted|secret|setup_link/.test(action)
