import { describe, expect, it } from 'vitest'
import { changeOf, figureText, secondsText, sparkPaths } from './figure-text'

describe('figures in words', () => {
  it('are written in their unit, and with a dash where there is nothing', () => {
    expect(figureText('slaHitRate', 0.957, 'en')).toBe('95.7%')
    expect(figureText('created', 1234, 'en')).toBe('1,234')
    expect(figureText('meanStars', 4.5, 'en')).toBe('4.5')
    expect(figureText('meanWait', 65, 'en')).toBe('1:05')
    expect(figureText('meanWait', null, 'en')).toBe('–')
    expect(figureText('meanResolution', 48_300, 'en')).toBe('13h 25m')
    expect(figureText('meanResolution', 2244, 'en')).toBe('37m')
    expect(figureText('meanResolution', 270_000, 'zh-CN')).toBe('3天 3小时')
    expect(secondsText(3725)).toBe('1:02:05')
  })

  it('know whether a change is good', () => {
    expect(changeOf('slaHitRate', 0.9, 0.95, 'en')).toEqual({ text: '-5', direction: 'down', tone: 'bad' })
    expect(changeOf('abandonRate', 0.1, 0.2, 'en')).toEqual({ text: '-10', direction: 'down', tone: 'good' })
    expect(changeOf('created', 20, 10, 'en')).toEqual({ text: '+100%', direction: 'up', tone: 'none' })
    expect(changeOf('resolved', 10, 10, 'en')).toMatchObject({ direction: 'same' })
    expect(changeOf('resolved', 10, 0, 'en')).toBeNull()
    expect(changeOf('meanStars', null, 4, 'en')).toBeNull()
  })

  it('draw lines that stop where nothing is known', () => {
    expect(sparkPaths([0, 10], 10, 10)).toEqual(['M0.0 10.0L10.0 0.0'])
    expect(sparkPaths([1, null, 1], 10, 10)).toEqual(['M0.0 5.0', 'M10.0 5.0'])
    expect(sparkPaths([null], 10, 10)).toEqual([])
  })
})
