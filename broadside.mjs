#!/usr/bin/env node
import './src-main/hosts/cli/main.ts'
