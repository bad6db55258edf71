import type { Transitions } from './transitions.rules'

export const documentStatuses = ['sent', 'delivered', 'opened', 'downloaded', 'recalled'] as const
export type DocumentStatus = (typeof documentStatuses)[number]
export type DocumentCommand = 'deliver' | 'open' | 'download' | 'recall'

/** Receipts only rise; a recall is possible until the document was opened. */
export const documentTransitions: Transitions<DocumentStatus, DocumentCommand> = {
  sent: { deliver: 'delivered', open: 'opened', download: 'downloaded', recall: 'recalled' },
  delivered: { deliver: 'delivered', open: 'opened', download: 'downloaded', recall: 'recalled' },
  opened: { deliver: 'opened', open: 'opened', download: 'downloaded' },
  downloaded: { deliver: 'downloaded', open: 'downloaded', download: 'downloaded' },
  recalled: {},
}

/** push: agent to citizen; upload: citizen to agent; snapshot: a frame of the received picture. */
export const documentKinds = ['push', 'upload', 'snapshot'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** Accepted types by magic bytes, with the extension each is stored under. */
export const acceptedTypes: Record<string, string> = {
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'audio/ogg': 'ogg',
}
/** Types a browser may show inline; everything else is served as an attachment. */
export const inlineTypes: readonly string[] = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/webp',
  'video/mp4',
  'video/webm',
  'audio/mp4',
  'audio/ogg',
]
/** The `accept` attribute of a file picker: image/jpeg makes phones hand over JPEG instead of HEIC. */
export const pickerAccept = '.pdf,.docx,.xlsx,.pptx,.mp4,.webm,.m4a,.ogg,image/jpeg,image/png,image/webp'

/** Files one reply on a ticket may carry. */
export const maxReplyDocuments = 10
/** Files one consultation, or one ticket with its replies, may hold: a bound on what an anonymous browser can fill the disk with. */
export const maxDocuments = 300

const sameExtension: Record<string, readonly string[]> = { jpg: ['jpg', 'jpeg'], m4a: ['m4a', 'mp4'] }
/** Direction marks can make `gpj.exe` read as `exe.jpg`; the rest are control characters. */
const unsafeCharacter = (char: string): boolean => {
  const code = char.codePointAt(0) ?? 0
  return (
    code < 32 ||
    (code >= 127 && code < 160) ||
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    '<>:"|?*'.includes(char)
  )
}

/**
 * A file name that is safe to show and to save: the last part of a path, without control characters and
 * direction marks, at most 120 characters, with the extension of what the bytes are.
 */
export const safeFileName = (name: string, mime: string): string => {
  const extension = acceptedTypes[mime] ?? 'bin'
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const clean = [...last]
    .filter((char) => !unsafeCharacter(char))
    .join('')
    .trim()
    .replace(/^\.+/, '')
    .trim()
  const dot = clean.lastIndexOf('.')
  const given = dot > 0 ? clean.slice(dot + 1).toLowerCase() : ''
  const isFitting = (sameExtension[extension] ?? [extension]).includes(given)
  const base = [...(isFitting ? clean.slice(0, dot) : clean)].slice(0, 100).join('').trim() || '资料'
  return `${base}.${isFitting ? given : extension}`
}
