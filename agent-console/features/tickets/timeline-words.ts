import {
  AlarmClock,
  AlarmClockOff,
  ArrowRightLeft,
  BadgeCheck,
  BellOff,
  BellRing,
  Building2,
  Camera,
  ChevronsUp,
  CircleCheck,
  CircleDot,
  CirclePause,
  CirclePlay,
  CircleStop,
  Clock,
  Download,
  Eye,
  FileCheck,
  FileDown,
  FileUp,
  Footprints,
  GitMerge,
  Hourglass,
  Landmark,
  Link2,
  LogIn,
  LogOut,
  MessageSquareText,
  MoonStar,
  Pencil,
  Phone,
  PhoneCall,
  PhoneOff,
  Reply,
  RotateCcw,
  Siren,
  Split,
  Stamp,
  Star,
  StickyNote,
  Sunrise,
  Tags,
  Ticket,
  TimerOff,
  Undo2,
  Unlink,
  UserCheck,
  UserMinus,
  UserPlus,
  UserX,
  Video,
  WandSparkles,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { TimelineEntry } from '../../../contract/tickets.schema'
import type { Tone } from '../../ui/UiChip.vue'

/** Icon and tone of each kind of event; its words are `tickets.events.<type, dots as underscores>`. */
const looks: Record<string, { icon: Component; tone: Tone }> = {
  'ticket.created': { icon: Ticket, tone: 'accent' },
  'ticket.taken': { icon: UserCheck, tone: 'info' },
  'ticket.assigned': { icon: UserCheck, tone: 'info' },
  'ticket.resolved': { icon: CircleCheck, tone: 'good' },
  'ticket.kept_open': { icon: Clock, tone: 'warn' },
  'ticket.closed': { icon: CircleCheck, tone: 'neutral' },
  'ticket.waiting_citizen': { icon: Hourglass, tone: 'neutral' },
  'ticket.waiting_department': { icon: Building2, tone: 'warn' },
  'ticket.held': { icon: CirclePause, tone: 'neutral' },
  'ticket.resumed': { icon: CirclePlay, tone: 'info' },
  'ticket.reopened': { icon: RotateCcw, tone: 'warn' },
  'ticket.unassigned': { icon: UserX, tone: 'warn' },
  'ticket.moved': { icon: ArrowRightLeft, tone: 'info' },
  'ticket.edited': { icon: Pencil, tone: 'neutral' },
  'ticket.tagged': { icon: Tags, tone: 'neutral' },
  'ticket.replied': { icon: Reply, tone: 'accent' },
  'ticket.noted': { icon: StickyNote, tone: 'warn' },
  'ticket.citizen_replied': { icon: MessageSquareText, tone: 'info' },
  'ticket.reply_seen': { icon: Eye, tone: 'neutral' },
  'ticket.urged': { icon: BellRing, tone: 'warn' },
  'ticket.rated': { icon: Star, tone: 'good' },
  'ticket.participant_added': { icon: UserPlus, tone: 'neutral' },
  'ticket.participant_removed': { icon: UserMinus, tone: 'neutral' },
  'ticket.application_recorded': { icon: Stamp, tone: 'info' },
  'ticket.merged': { icon: GitMerge, tone: 'neutral' },
  'ticket.absorbed': { icon: GitMerge, tone: 'info' },
  'ticket.unmerged': { icon: Undo2, tone: 'warn' },
  'ticket.released': { icon: Undo2, tone: 'warn' },
  'ticket.split': { icon: Split, tone: 'info' },
  'ticket.split_from': { icon: Split, tone: 'info' },
  'ticket.split_undone': { icon: Undo2, tone: 'warn' },
  'ticket.reply_moved': { icon: Reply, tone: 'neutral' },
  'ticket.linked': { icon: Link2, tone: 'neutral' },
  'ticket.unlinked': { icon: Unlink, tone: 'neutral' },
  'ticket.macro_applied': { icon: WandSparkles, tone: 'neutral' },
  'consultation.moved': { icon: GitMerge, tone: 'neutral' },
  'consultation.queued': { icon: Clock, tone: 'warn' },
  'consultation.deferred': { icon: MoonStar, tone: 'warn' },
  'consultation.silent': { icon: MoonStar, tone: 'warn' },
  'consultation.returned': { icon: Sunrise, tone: 'good' },
  'consultation.consented': { icon: BadgeCheck, tone: 'good' },
  'consultation.opened_by_telephone': { icon: Phone, tone: 'accent' },
  'consultation.joined': { icon: LogIn, tone: 'good' },
  'consultation.accepted': { icon: PhoneCall, tone: 'accent' },
  'consultation.taken_over': { icon: ArrowRightLeft, tone: 'warn' },
  'consultation.raised': { icon: Video, tone: 'accent' },
  'consultation.changed': { icon: CircleDot, tone: 'neutral' },
  'consultation.colleague_left': { icon: LogOut, tone: 'neutral' },
  'consultation.left': { icon: LogOut, tone: 'warn' },
  'consultation.expired': { icon: BellOff, tone: 'warn' },
  'consultation.ended': { icon: PhoneOff, tone: 'neutral' },
  'consultation.closed': { icon: FileCheck, tone: 'good' },
  'offer.ringing': { icon: BellRing, tone: 'info' },
  'offer.accepted': { icon: PhoneCall, tone: 'good' },
  'offer.declined': { icon: BellOff, tone: 'warn' },
  'offer.ignored': { icon: BellOff, tone: 'bad' },
  'offer.withdrawn': { icon: Undo2, tone: 'neutral' },
  'call.started': { icon: CirclePlay, tone: 'accent' },
  'call.ended': { icon: CircleStop, tone: 'neutral' },
  'call.quality': { icon: CircleDot, tone: 'neutral' },
  'call.participant_joined': { icon: LogIn, tone: 'neutral' },
  'call.participant_left': { icon: LogOut, tone: 'neutral' },
  'message.sent': { icon: MessageSquareText, tone: 'neutral' },
  'document.sent': { icon: FileUp, tone: 'accent' },
  'document.received': { icon: FileDown, tone: 'accent' },
  'document.snapshot': { icon: Camera, tone: 'accent' },
  'document.delivered': { icon: FileCheck, tone: 'info' },
  'document.opened': { icon: Eye, tone: 'info' },
  'document.downloaded': { icon: Download, tone: 'good' },
  'document.recalled': { icon: Undo2, tone: 'warn' },
  'invitation.sent': { icon: UserPlus, tone: 'info' },
  'invitation.accepted': { icon: ArrowRightLeft, tone: 'good' },
  'invitation.refused': { icon: UserX, tone: 'bad' },
  'invitation.cancelled': { icon: Undo2, tone: 'neutral' },
  'invitation.lapsed': { icon: TimerOff, tone: 'warn' },
  'sla.warned': { icon: AlarmClock, tone: 'warn' },
  'sla.breached': { icon: AlarmClockOff, tone: 'bad' },
  'sla.step': { icon: BellRing, tone: 'warn' },
  'escalation.raised': { icon: Siren, tone: 'bad' },
  'escalation.acknowledged': { icon: UserCheck, tone: 'good' },
  'escalation.acted': { icon: Footprints, tone: 'info' },
  'escalation.climbed': { icon: ChevronsUp, tone: 'bad' },
  'escalation.handed_over': { icon: ArrowRightLeft, tone: 'info' },
  'escalation.referred': { icon: Landmark, tone: 'info' },
  'escalation.accepted': { icon: UserCheck, tone: 'good' },
  'escalation.refused': { icon: Undo2, tone: 'warn' },
  'escalation.returned': { icon: Undo2, tone: 'warn' },
  'escalation.closed': { icon: CircleCheck, tone: 'good' },
  'escalation.reopened': { icon: RotateCcw, tone: 'warn' },
  'escalation.reminded': { icon: BellRing, tone: 'warn' },
  'escalation.red_light': { icon: Siren, tone: 'bad' },
  'escalation.answer_required': { icon: Reply, tone: 'warn' },
  'rating.given': { icon: Star, tone: 'good' },
}

export const knownTypes: readonly string[] = Object.keys(looks)
export const lookOf = (type: string) => looks[type] ?? { icon: CircleDot, tone: 'neutral' as const }
/** Translation key part of an event type. */
export const keyOf = (type: string): string => type.replaceAll('.', '_')

/** A fact of an event as text, or nothing where it is missing or of another kind. */
export const fact = (entry: TimelineEntry, name: string): string => {
  const value = entry.data[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** 95 → 1:35 */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

export interface QualityFacts {
  side: string
  width: number
  height: number
  lossPercent: number
  roundTripMs: number
  reconnects: number
  transport: string
}

/** Measurements that came with the end of a call, one per side. */
export function qualityOf(entry: TimelineEntry): QualityFacts[] {
  const list = entry.type === 'call.quality' ? [entry.data] : entry.data.quality
  if (!Array.isArray(list)) return []
  return list.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null) return []
    const number = (name: string) => Number(Reflect.get(each, name) ?? 0)
    return [
      {
        side: String(Reflect.get(each, 'side') ?? ''),
        width: number('maxWidth'),
        height: number('maxHeight'),
        lossPercent: number('lossPercent'),
        roundTripMs: number('roundTripMs'),
        reconnects: number('reconnects'),
        transport: String(Reflect.get(each, 'transport') ?? 'unknown'),
      },
    ]
  })
}

export interface ChangedField {
  field: string
  before: unknown
  after: unknown
  beforeName?: unknown
  afterName?: unknown
  label?: string
}

/** What a `ticket.edited` changed; nothing for other events and foreign data. */
export function changedFields(entry: TimelineEntry): ChangedField[] {
  const list = entry.type === 'ticket.edited' ? entry.data.changes : []
  if (!Array.isArray(list)) return []
  return list.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null) return []
    const label = Reflect.get(each, 'label')
    return [
      {
        field: String(Reflect.get(each, 'field') ?? ''),
        before: Reflect.get(each, 'before'),
        after: Reflect.get(each, 'after'),
        beforeName: Reflect.get(each, 'beforeName'),
        afterName: Reflect.get(each, 'afterName'),
        ...(typeof label === 'string' ? { label } : {}),
      },
    ]
  })
}
