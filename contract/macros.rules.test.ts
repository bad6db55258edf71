import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  languageOfText,
  placeholderFallbacks,
  placeholders,
  problemOfStep,
  readMacroStatus,
  renderPlaceholders,
  unknownPlaceholders,
} from './macros.rules'

describe('placeholders', () => {
  it('are replaced, spaces inside allowed, unknown ones left and named', () => {
    const text = '{{contact.name}}您好，工单 {{ ticket.number }} 由 {{agent.name}} 办理。{{nobody}}'
    const values = { 'contact.name': '李华', 'ticket.number': '20261122-00001' }
    expect(renderPlaceholders(text, values, { 'agent.name': '–', 'contact.name': '市民' })).toBe(
      '李华您好，工单 20261122-00001 由 – 办理。{{nobody}}',
    )
    expect(unknownPlaceholders(text)).toEqual(['nobody'])
  })

  it('say what the text says where there is no value, else what the language says', () => {
    const text = 'Dear {{contact.name | Madam}}, about {{item.name}}: {{due|soon}}, {{agent.name}}{{x|y}}'
    expect(renderPlaceholders(text, {}, placeholderFallbacks.en)).toBe(
      'Dear Madam, about your matter: soon, {{x|y}}',
    )
    expect(renderPlaceholders(text, { 'contact.name': 'Li Hua', due: '5 pm' })).toBe(
      'Dear Li Hua, about : 5 pm, {{x|y}}',
    )
    expect(unknownPlaceholders(text)).toEqual(['x'])
    expect([text, '{{contact.name}}您好', '{{contact.name|市民}} 12345', ''].map(languageOfText)).toEqual([
      'en',
      'zh-CN',
      'zh-CN',
      'en',
    ])
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
