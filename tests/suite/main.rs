//! The suite.

mod arrows;
mod book;
mod built_book;
mod command_line;
mod copies;
mod diff;
mod doctor;
mod editions;
mod exercises;
mod figures;
mod hints;
mod hostile;
mod mutants;
mod near_misses;
mod offline;
mod pages;
mod picture;
mod programs;
mod reset;
mod right_programs;
mod solution_rows;
mod solutions;
mod tidy;
mod watch;
mod wire;
