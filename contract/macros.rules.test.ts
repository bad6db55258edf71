import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  placeholders,
  problemOfStep,
  readMacroStatus,
  renderPlaceholders,
  unknownPlaceholders,
} from './macros.rules'

describe('placeholders', () => {
  it('are replaced, spaces inside allowed, unknown ones left and named', () => {
    const text = '{{contact.name}}您好，工单 {{ ticket.number }} 由 {{agent.name}} 办理。{{nobody}}'
    expect(renderPlaceholders(text, { 'contact.name': '李华', 'ticket.number': '20261122-00001' }, '–')).toBe(
      '李华您好，工单 20261122-00001 由 – 办理。{{nobody}}',
    )
    expect(unknownPlaceholders(text)).toEqual(['nobody'])
  })

  it('are never read out of a value', () => {
    fc.assert(
      fc.property(fc.constantFrom(...placeholders), fc.string(), (name, value) => {
        const evil = `${value}{{agent.name}}`
        expect(renderPlaceholders(`a{{${name}}}b`, { [name]: evil })).toBe(`a${evil}b`)
      }),
    )
  })
})

describe('steps', () => {
  it('are checked by their kind', () => {
    expect(readMacroStatus('hold:24')).toEqual({ command: 'hold', holdHours: 24 })
    const wrong = [
      { action: 'status', value: 'hold' },
      { action: 'status', value: 'merge' },
      { action: 'priority', value: 'huge' },
      { action: 'assign', value: 'somebody' },
      { action: 'department', value: 'dep_1' },
      { action: 'add_tag', value: ' ' },
    ] as const
    expect(wrong.map(problemOfStep)).toEqual(wrong.map(() => 'value'))
    const right = [
      { action: 'status', value: 'resolve' },
      { action: 'priority', value: 'high' },
      { action: 'assign', value: 'me' },
      { action: 'remove_tag', value: '加急' },
    ] as const
    expect(right.map(problemOfStep)).toEqual(right.map(() => null))
  })
})
