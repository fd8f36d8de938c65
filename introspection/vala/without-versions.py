#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Copies introspection data, but for what they say of the version in which a symbol came.

usage: without-versions.py FROM TO"""

import sys
import xml.etree.ElementTree as ET

CORE = 'http://www.gtk.org/introspection/core/1.0'
for prefix, uri in {'': CORE, 'c': CORE.replace('core', 'c'), 'glib': CORE.replace('core', 'glib')}.items():
    ET.register_namespace(prefix, uri)

tree = ET.parse(sys.argv[1])
for element in tree.iter():
    if element.tag.removeprefix(f'{{{CORE}}}') not in ('repository', 'include', 'namespace'):
        element.attrib.pop('version', None)
tree.write(sys.argv[2], encoding='utf-8', xml_declaration=True)
