import { reactive, readonly } from 'vue'
import type { Tone } from './UiChip.vue'

export interface Toast {
  id: number
  title: string
  description?: string
  tone: Tone
  action?: { label: string; run(): void }
  /** How long it stays; 0 = until dismissed. */
  seconds: number
}

interface ToastInput extends Partial<Omit<Toast, 'id' | 'title'>> {
  title: string
}

const state = reactive<{ items: Toast[] }>({ items: [] })
let lastId = 0

function dismiss(id: number): void {
  state.items = state.items.filter((toast) => toast.id !== id)
}

function show(input: ToastInput): number {
  lastId += 1
  // What can be undone needs time to be read and reached by keyboard.
  const toast: Toast = { tone: 'neutral', seconds: input.action ? 10 : 5, ...input, id: lastId }
  state.items = [...state.items.slice(-3), toast]
  return toast.id
}

/** Short notices at the bottom of the screen, announced politely (bad ones assertively). */
export function useToasts() {
  return {
    items: readonly(state),
    show,
    good: (title: string) => show({ title, tone: 'good' }),
    bad: (title: string, description?: string) => show({ title, description, tone: 'bad', seconds: 8 }),
    dismiss,
  }
}
