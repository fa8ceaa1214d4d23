//! The suite.

mod arrows;
mod book;
mod built_book;
mod class;
mod command_line;
mod compiler;
mod control_group;
mod copies;
mod diff;
mod doctor;
mod editions;
mod exercises;
mod figures;
mod grade;
mod hints;
mod hostile;
#[cfg(target_os = "linux")]
mod island;
mod junit;
mod launcher;
mod leash;
mod mutants;
mod near_misses;
mod new_chapter;
mod offline;
mod pages;
mod picture;
mod programs;
mod promises;
mod reset;
mod right_programs;
mod seeds;
mod solution_rows;
mod solutions;
mod tidy;

mod watch;
mod whole_class;
mod wire;
