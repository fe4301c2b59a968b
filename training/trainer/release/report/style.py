"""How the report looks."""

from __future__ import annotations

STYLE = """
:root { --ink: #22262b; --muted: #6b7280; --line: #e5e7eb; --amber: #b45309; --paper: #fbfaf7 }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
header, main { max-width: 820px; margin: 0 auto; padding: 0 24px }
header { padding-top: 56px }
header > p { margin: 0; color: var(--amber); font-weight: 600; letter-spacing: .02em }
h1 { margin: 4px 0 24px; font-size: 32px; line-height: 1.2; overflow-wrap: anywhere }
h2 { margin: 0 0 8px; font-size: 20px }
header ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 16px;
  margin: 0; padding: 0; list-style: none }
header li, section { background: #fff; border: 1px solid var(--line); border-radius: 10px }
header li { padding: 16px 20px }
header strong { display: block; font-size: 30px; line-height: 1.2; font-variant-numeric: tabular-nums }
header span, .note { color: var(--muted); font-size: 14px }
section { margin: 24px 0; padding: 24px 28px }
section > p { margin: 0 0 16px; max-width: 66ch }
svg { display: block; max-width: 100%; height: auto; margin: 0 auto }
table { width: 100%; border-collapse: collapse; margin: 0 0 20px; font-variant-numeric: tabular-nums }
th, td { padding: 7px 8px; border-bottom: 1px solid var(--line); text-align: right; font-weight: 400 }
th[scope=row] { text-align: left; color: var(--muted); padding-left: 0 }
thead th { color: var(--muted); font-size: 14px }
td.best { font-weight: 700 }
td > span { color: var(--muted); font-size: 13px }
.pairs { margin: 0 }
tr:last-child > * { border-bottom: 0 }
@media print { body { background: #fff } section { break-inside: avoid } }
"""
