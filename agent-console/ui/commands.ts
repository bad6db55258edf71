import { type Component, computed, onScopeDispose, ref, shallowReactive } from 'vue'
import type { Permission } from '../../contract/permissions.rules'

export interface Command {
  id: string
  /** A getter follows the language. */
  title: string | (() => string)
  subtitle?: string
  group?: string | (() => string)
  icon?: Component
  keys?: string
  /** Hidden from agents without it. */
  permission?: Permission
  run(): void | Promise<void>
}

/** Results from elsewhere (tickets, articles, people) for what is typed. */
export interface CommandSource {
  id: string
  search(query: string, signal: AbortSignal): Promise<Command[]>
}

const commands = shallowReactive(new Map<string, Command>())
const sources = shallowReactive(new Map<string, CommandSource>())

export const isPaletteOpen = ref(false)
export const allCommands = computed(() => [...commands.values()])
export const allSources = computed(() => [...sources.values()])

/** Adds commands for as long as the calling scope lives; returns the removal for callers without one. */
export function useCommands(list: readonly Command[]): () => void {
  for (const command of list) commands.set(command.id, command)
  const remove = () => {
    for (const command of list) commands.delete(command.id)
  }
  onScopeDispose(remove, true)
  return remove
}

export function registerCommandSource(source: CommandSource): () => void {
  sources.set(source.id, source)
  const remove = () => {
    sources.delete(source.id)
  }
  onScopeDispose(remove, true)
  return remove
}

export function textOf(value: string | (() => string) | undefined): string {
  return typeof value === 'function' ? value() : (value ?? '')
}

/** How well a title fits: 0 = not at all. A run of letters counts more than letters apart. */
export function scoreMatch(title: string, query: string): number {
  const text = title.toLowerCase()
  const wanted = query.trim().toLowerCase()
  if (!wanted) return 1
  const at = text.indexOf(wanted)
  if (at >= 0) return at === 0 ? 100 : 80 - Math.min(at, 40)
  let from = 0
  for (const char of wanted.replace(/\s+/g, '')) {
    const found = text.indexOf(char, from)
    if (found < 0) return 0
    from = found + 1
  }
  return 10
}
