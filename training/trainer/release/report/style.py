"""How the report looks."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #22262b; --muted: #5b6370; --line: #dfe2e7; --paper: #f8f6f1; --card: #fff;
  --amber: #a8450a; --blue: #1f5d9e; --green: #2b7a3f }
@media (prefers-color-scheme: dark) { :root { --ink: #ece8e1; --muted: #a9a49b; --line: #3a3733; --paper: #171614;
  --card: #211f1c; --amber: #f0a35e; --blue: #8bbcf0; --green: #84cf98 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
header, main { max-width: 780px; margin: 0 auto; padding: 0 clamp(12px, 4vw, 24px) }
header { padding-top: clamp(24px, 6vw, 56px) }
header > p:first-child { margin: 0; color: var(--amber); font-weight: 600; overflow-wrap: anywhere }
h1 { margin: 4px 0 12px; font-size: clamp(24px, 6vw, 34px); line-height: 1.2; text-wrap: balance }
h2 { margin: 0 0 8px; font-size: 20px }
h3 { margin: 24px 0 4px; font-size: 16px }
.advice { margin: 0 0 16px; font-size: 18px }
header ul { margin: 0 0 16px; padding-left: 20px }
header li { margin: 6px 0 }
section, .verdict { background: var(--card); border: 1px solid var(--line); border-radius: 12px; margin: 20px 0;
  padding: clamp(14px, 4vw, 26px) }
.verdict.refused, .verdict.failed { border-left: 4px solid var(--amber) }
.verdict.promoted { border-left: 4px solid var(--green) }
.verdict > :last-child { margin-bottom: 0 }
section > p, details > p { margin: 0 0 16px; max-width: 66ch }
.note, small { color: var(--muted); font-size: 14px }
small { font-size: 13px }
figure { margin: 16px 0 0; max-width: 460px }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif }
svg text { fill: var(--muted) }
svg .name { fill: var(--ink); font-size: 13px; paint-order: stroke; stroke: var(--card); stroke-width: 5 }
svg path, .ring { fill: none; stroke-width: 2 }
.grid { stroke: var(--line); stroke-width: 1 }
.even, .was { stroke: var(--muted) }
.even { stroke-dasharray: 2 4 }
.line0 { stroke: var(--amber) }
.line1 { stroke: var(--blue); stroke-dasharray: 7 3 }
.line2 { stroke: var(--green); stroke-dasharray: 2 3 }
circle.line0 { fill: var(--amber) }
circle.line1 { fill: var(--blue) }
circle.line2 { fill: var(--green) }
.ring { stroke: var(--ink) }
.bar { fill: var(--amber) }
.was { stroke-width: 3 }
.interval { stroke-width: 4; stroke-linecap: round }
path.better { stroke: var(--green) } circle.better { fill: var(--green) }
path.worse { stroke: var(--amber) } circle.worse { fill: var(--amber) }
path.open { stroke: var(--muted) } circle.open { fill: var(--muted) }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0 0 8px; padding: 0; list-style: none;
  font-size: 14px }
.legend li { border-top: 3px solid; padding-top: 2px }
.legend .line0 { border-color: var(--amber) }
.legend .line1 { border-color: var(--blue); border-top-style: dashed }
.legend .line2 { border-color: var(--green); border-top-style: dotted }
details { margin: 12px 0 0 }
summary { min-height: 44px; padding: 10px 0; color: var(--blue); cursor: pointer }
.scroll { overflow-x: auto; margin: 0 0 16px }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: 7px 8px; border-bottom: 1px solid var(--line); text-align: right; font-weight: 400;
  vertical-align: top }
th[scope=row] { text-align: left; padding-left: 0 }
thead th, th[scope=row] { color: var(--muted) }
thead th { font-size: 14px }
tr:last-child > * { border-bottom: 0 }
ol { margin: 8px 0 0; padding-left: 24px }
dd { margin: 0 0 8px; color: var(--muted) }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px }
@media print { body { background: #fff } section { break-inside: avoid } }
"""
