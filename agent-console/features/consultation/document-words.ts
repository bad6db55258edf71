import { FileImage, FileSpreadsheet, FileText, FileVideo, Presentation, Volume2 } from '@lucide/vue'
import type { Component } from 'vue'
import { inlineTypes } from '../../../contract/documents.rules'

const kilobyte = 1024

/** 1.4 MB, 320 KB: two figures are enough to judge a download. */
export function sizeText(bytes: number): string {
  if (bytes < kilobyte) return `${bytes} B`
  const units = ['KB', 'MB', 'GB']
  let value = bytes / kilobyte
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= kilobyte
    unit += 1
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

export function iconOf(mime: string): Component {
  if (mime.startsWith('image/')) return FileImage
  if (mime.startsWith('video/')) return FileVideo
  if (mime.startsWith('audio/')) return Volume2
  if (mime.includes('spreadsheet')) return FileSpreadsheet
  return mime.includes('presentation') ? Presentation : FileText
}

export type Viewing = 'image' | 'pdf' | 'video' | 'audio' | 'none'

/** How a file is shown in the page; `none` is downloaded instead. */
export function viewingOf(mime: string): Viewing {
  if (!inlineTypes.includes(mime)) return 'none'
  if (mime === 'application/pdf') return 'pdf'
  const kind = mime.split('/')[0]
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'none'
}
